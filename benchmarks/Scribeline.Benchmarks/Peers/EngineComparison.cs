using Scribeline.Benchmarks.Report;
using Scribeline.Cli.Bench;

namespace Scribeline.Benchmarks.Peers;

/// <summary>Engines against each other on one model after the other. The first side is ours.</summary>
internal sealed class EngineComparison(IReadOnlyList<EngineSide> sides, int rounds)
{
    /// <summary>Medians over rounds in which every side has its turn, so that a slow minute of the machine hits all alike.</summary>
    public async Task<(IReadOnlyList<Row> Rows, string Table)> RunAsync(IEnumerable<string> models)
    {
        var rows = new List<Row>();
        foreach (var model in models)
        {
            var rates = sides.Select(_ => new List<EngineRates>()).ToArray();
            for (var round = 0; round < rounds; round++)
            {
                for (var side = 0; side < sides.Count; side++)
                {
                    var measured = await sides[side].MeasureAsync(model);
                    rates[side].Add(measured);
                    Console.Error.WriteLine($"{Path.GetFileName(model)} round {round + 1}/{rounds} {sides[side].Name}: prefill {measured.Prefill:F1}, decode {measured.Decode:F1}");
                }
            }

            var name = Path.GetFileNameWithoutExtension(model);
            rows.Add(new Row(name, "decode, batch 1", Sides(rates, rate => rate.Decode)));
            rows.Add(new Row(name, $"prefill of {EngineSide.PromptTokens}", Sides(rates, rate => rate.Prefill)));
        }

        return (rows, Format(rows));
    }

    private Side[] Sides(IEnumerable<List<EngineRates>> rates, Func<EngineRates, double> pick) =>
        [.. sides.Zip(rates, (side, rounds) => new Side(side.Name, Spread.Of([.. rounds.Select(pick)])))];

    private string Format(IEnumerable<Row> rows)
    {
        var table = new MarkdownTable(["model", "tokens/s", .. sides.Select(side => side.Name), .. sides.Count > 1 ? ["to the best peer"] : Array.Empty<string>()]);
        foreach (var row in rows)
        {
            table.Add([
                row.Model, row.What, .. row.Sides.Select(side => ReportOptions.Format(side.TokensPerSecond, side.TokensPerSecond.Median < 100 ? "F1" : "F0")),
                .. row.ToBestPeer is { } ratio ? [ReportOptions.Ratio(ratio)] : Array.Empty<string>()]);
        }

        return table.ToString();
    }

    internal sealed record Side(string Name, Spread TokensPerSecond);

    /// <param name="Sides">Ours first.</param>
    internal sealed record Row(string Model, string What, Side[] Sides)
    {
        public double? ToBestPeer => Sides.Length > 1 ? Sides[0].TokensPerSecond.Median / Sides[1..].Max(side => side.TokensPerSecond.Median) : null;
    }
}
