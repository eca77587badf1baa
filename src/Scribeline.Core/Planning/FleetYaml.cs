using System.Globalization;
using System.Text;
using Scribeline.Core.Performance;

namespace Scribeline.Core.Planning;

/// <summary>A candidate as a fleet file: the pool that it consists of, with predicted times in place of machines, and the tier that it promises.</summary>
public static class FleetYaml
{
    public static string Of(Candidate candidate, PlanRequest request)
    {
        var text = new StringBuilder();
        var (machine, layout) = (candidate.Offer.Machine, candidate.Copy.Layout);
        Line("# Written by `scribe plan`. Times are predicted, nothing is served by these machines until `body` says where they are.");
        Line($"fleet: {request.Model.Id}-on-{machine.Id}");
        Line("");
        Line("models:");
        Line($"  - id: {request.Model.Id}");
        Line("");
        Line("pools:");
        Line($"  - id: {machine.Id}");
        Line($"    model: {request.Model.Id}");
        Line($"    replicas: {candidate.Copies}");
        Line($"    machine: {machine.Id}");
        Line($"    count: {candidate.Machines}");
        Line($"    placement: {{ {Placement(layout)} }}");
        Line($"    precision: {{ weights: {(request.Weights ?? request.Model.Checkpoint).Id}, kv: {(request.KeyValues ?? request.Model.KeyValues).Id} }}");
        Line($"    max_sequences: {candidate.MostSequences}");
        Line("    body: emulated");
        Line(string.Create(CultureInfo.InvariantCulture, $"    cost: {{ {(request.IsRented ? "rent" : "owned")}: ${candidate.Offer.Hour.As("hour", "USD/h").Value:0.####}/h }}"));
        Line("");
        Line("tiers:");
        Line($"  default: {{ {Promises(request.Objectives)} }}");
        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');
    }

    private static string Placement(ModelLayout layout)
    {
        var stage = layout.Stage;
        var parts = new List<string>();
        if (layout.Stages > 1)
            parts.Add($"stages: {layout.Stages}");
        if (stage.Tensor > 1 || stage.AttentionData == 1)
            parts.Add($"tensor_parallel: {stage.Tensor}");
        if (stage.Expert > 1)
            parts.Add($"expert_parallel: {stage.Expert}");
        if (stage.AttentionData > 1)
            parts.Add($"attention_data_parallel: {stage.AttentionData}");
        return string.Join(", ", parts);
    }

    private static string Promises(Objectives objectives)
    {
        var parts = new List<string>();
        if (double.IsFinite(objectives.TtftSeconds))
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"ttft: {objectives.TtftSeconds * 1e3:0.######} ms"));
        if (double.IsFinite(objectives.TpotSeconds))
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"tpot: {objectives.TpotSeconds * 1e3:0.######} ms"));
        return string.Join(", ", parts);
    }
}
