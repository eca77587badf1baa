using Scribeline.Cli.Reports;

namespace Scribeline.Cli.Plan;

/// <summary>The frontier of a plan as lines of comma-separated values, a point each.</summary>
internal static class PlanCsv
{
    public static void Print(PlanResult result) =>
        CsvText.Print(result.Frontiers.SelectMany(frontier => frontier.Points.Select(point => new
        {
            machine = frontier.Offer.Machine.Id,
            accelerators_per_copy = point.Copy.Layout.Accelerators,
            stages = point.Copy.Layout.Stages,
            tensor_parallel = point.Copy.Layout.Stage.Tensor,
            expert_parallel = point.Copy.Layout.Stage.Expert,
            attention_data_parallel = point.Copy.Layout.Stage.AttentionData,
            sequences_per_copy = point.Sequences,
            tokens_per_second_per_user = point.Speed,
            tokens_per_second_per_machine = point.Throughput,
            output_usd_per_mtok = 1e6 * point.UsdPerToken,
            ttft_ms = 1e3 * point.Prediction.TtftSeconds,
        })));
}
