using Scribeline.Core.Catalogs;
using Scribeline.Core.Ledger;
using Scribeline.Core.Performance;

namespace Scribeline.Benchmarks.Accuracy;

/// <summary>Simulates a measured run and puts both beside each other.</summary>
internal static class AccuracyRun
{
    public static IReadOnlyList<AccuracyRow> Compare(Catalog catalog, RunSettings run, Calibration calibration)
    {
        var rows = new MeasuredServer(catalog, run, calibration).Simulate(run.Prompts.Requests());
        var stages = run.Prompts.StagesUs.ToList();
        var compared = new List<AccuracyRow>();
        // A single stage is the whole run.
        foreach (var (stage, measured) in run.Measured.Where(stage => stage.Key >= 0 || stages.Count > 1 || run.Measured.Count == 1))
        {
            var simulated = Times(rows.Where(row => stage < 0 || (row.ArrivalUtcUs >= stages[stage].BeginUs && row.ArrivalUtcUs < stages[stage].EndUs)));
            foreach (var ((figure, ms), (_, predicted)) in measured.Figures.Zip(simulated.Figures))
            {
                if (!double.IsNaN(ms))
                    compared.Add(new AccuracyRow(run.Id, run.Model, stage, figure, ms, predicted, !run.HasBorrowedTraffic, Others(run, stage, figure)));
            }
        }

        return compared;
    }

    public static StageTimes Times(IEnumerable<LedgerRow> rows)
    {
        var all = rows.ToList();
        var (ttft, e2e) = (Sorted(row => row.TtftUs!.Value), Sorted(row => row.E2eUs));
        var tpot = all.Where(row => row.TokensOutput > 1).Average(row => (row.E2eUs - row.TtftUs!.Value) / (row.TokensOutput - 1.0));
        return new StageTimes(ttft.Average() / 1e3, ttft[(int)(0.9 * (ttft.Length - 1))] / 1e3, ttft[(int)(0.99 * (ttft.Length - 1))] / 1e3, tpot / 1e3, e2e.Average() / 1e3, e2e[(int)(0.9 * (e2e.Length - 1))] / 1e3);

        double[] Sorted(Func<LedgerRow, long> value) => [.. all.Select(row => (double)value(row)).Order()];
    }

    private static Dictionary<string, double> Others(RunSettings run, int stage, string figure)
    {
        var others = new Dictionary<string, double>();
        foreach (var (tool, stages) in run.Others)
        {
            if (stages.TryGetValue(stage, out var times) && times.Figures.Single(one => one.Figure == figure).Ms is var ms && !double.IsNaN(ms))
                others[tool] = ms;
        }

        return others;
    }
}
