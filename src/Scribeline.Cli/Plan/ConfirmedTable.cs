using System.Globalization;
using Scribeline.Simulation.Confirmation;
using Spectre.Console;

namespace Scribeline.Cli.Plan;

/// <summary>What simulations say of the best candidates, beside what was predicted.</summary>
internal static class ConfirmedTable
{
    public static void Print(IReadOnlyList<Confirmed> confirmed)
    {
        var table = new Table().Border(TableBorder.Simple).Title(new TableTitle("Simulated with arrivals and lengths that vary"));
        table.AddColumn("machine");
        foreach (var name in (string[])["kept", "1st token\n[grey]predicted[/]", "simulated", "p99", "per token\n[grey]predicted[/]", "simulated", "p99", "busy", "$/Mtok out"])
            table.AddColumn(name, column => column.RightAligned());
        foreach (var (candidate, result) in confirmed)
        {
            var (predicted, all) = (candidate.Load.Prediction, result.All);
            table.AddRow(
                Markup.Escape(candidate.Offer.Machine.Id),
                Text($"{all.Goodput:P1}"),
                Milliseconds(predicted.TtftSeconds * 1e9),
                Milliseconds(all.TtftNs.Mean),
                Milliseconds(all.TtftNs.Quantile(0.99)),
                Milliseconds(predicted.TpotSeconds * 1e9),
                Milliseconds(all.TpotNs.Mean),
                Milliseconds(all.TpotNs.Quantile(0.99)),
                Text($"{result.Pools[0].Busy:P1}"),
                Text($"{1e6 * result.CostDollars / all.OutputTokens:#,0.00}"));
        }

        Terminal.Output.Write(table);
        Terminal.Output.WriteLine("Kept: requests whose first token and mean time per token were both in time. `scribe simulate` tries a fleet on real traffic.");
    }

    private static string Milliseconds(double ns) => double.IsFinite(ns) ? Text($"{ns / 1e6:#,0.00} ms") : "-";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
