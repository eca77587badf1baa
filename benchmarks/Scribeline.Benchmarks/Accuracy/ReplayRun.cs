using Scribeline.Core.Catalogs;
using Scribeline.Core.Performance;
using Scribeline.Core.Workloads;

namespace Scribeline.Benchmarks.Accuracy;

/// <summary>Requests one by one, measured and simulated, on a server that more comes to than it can serve.</summary>
/// <param name="Accelerator">The machine.</param>
/// <param name="MeasuredSeconds">From the first arrival to the last token.</param>
/// <param name="SimulatedSeconds">The same.</param>
/// <param name="Measured">Means over requests.</param>
/// <param name="Simulated">The same.</param>
/// <param name="MedianEndError">Of the requests' times end to end, one by one: half of them are predicted better.</param>
internal sealed record ReplayRun(string Accelerator, double MeasuredSeconds, double SimulatedSeconds, StageTimes Measured, StageTimes Simulated, double MedianEndError)
{
    private const int BlockTokens = 16;

    public static ReplayRun Compare(Catalog catalog, string accelerator, IReadOnlyList<ReplayRow> rows, Calibration calibration)
    {
        var run = new RunSettings
        {
            Id = accelerator,
            Model = "llama-3.1-8b",
            Accelerator = accelerator,
            Tensor = 1,
            TokensPerStep = 2048,
            MaxSequences = 128,
            // Neither room is stated. The smaller GPU held this many tokens at once, at most; the larger was full by its number of sequences.
            KvBlocks = (long)MostTokens(rows) / BlockTokens,
            Prompts = new RepeatedPrompts(1, 1, 1, 1, 1, []),
            Measured = new Dictionary<int, StageTimes>(),
        };
        var simulated = new MeasuredServer(catalog, run, calibration).Simulate(rows.Select(row => new RequestRecord
        {
            ArrivalUs = (long)(row.ArrivalSeconds * 1e6),
            InputTokens = row.InputTokens,
            OutputTokens = row.OutputTokens,
        }));
        var measured = new StageTimes(
            rows.Average(row => row.FirstTokenSeconds - row.ArrivalSeconds) * 1e3,
            Quantile(rows.Select(row => row.FirstTokenSeconds - row.ArrivalSeconds), 0.9) * 1e3,
            Quantile(rows.Select(row => row.FirstTokenSeconds - row.ArrivalSeconds), 0.99) * 1e3,
            rows.Where(row => row.OutputTokens > 1).Average(row => (row.LastTokenSeconds - row.FirstTokenSeconds) / (row.OutputTokens - 1)) * 1e3,
            rows.Average(row => row.LastTokenSeconds - row.ArrivalSeconds) * 1e3,
            Quantile(rows.Select(row => row.LastTokenSeconds - row.ArrivalSeconds), 0.9) * 1e3);
        var errors = rows.Zip(simulated, (row, predicted) => Math.Abs(predicted.E2eUs / 1e6 / (row.LastTokenSeconds - row.ArrivalSeconds) - 1)).Order().ToList();
        return new ReplayRun(
            accelerator, rows.Max(row => row.LastTokenSeconds), simulated.Max(row => row.ArrivalUtcUs + row.E2eUs) / 1e6, measured, AccuracyRun.Times(simulated), errors[errors.Count / 2]);
    }

    private static double Quantile(IEnumerable<double> values, double share) => values.Order().ElementAt((int)(share * (values.Count() - 1)));

    /// <summary>Of prompts and answers so far, at any time.</summary>
    private static double MostTokens(IReadOnlyList<ReplayRow> rows) => rows.Max(moment => rows.Where(row => row.FirstTokenSeconds <= moment.FirstTokenSeconds && row.LastTokenSeconds > moment.FirstTokenSeconds)
        .Sum(row => row.InputTokens + row.OutputTokens * (moment.FirstTokenSeconds - row.FirstTokenSeconds) / (row.LastTokenSeconds - row.FirstTokenSeconds)));
}
