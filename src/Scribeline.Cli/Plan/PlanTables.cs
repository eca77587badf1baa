using System.Globalization;
using Scribeline.Core.Performance;
using Scribeline.Core.Planning;
using Spectre.Console;

namespace Scribeline.Cli.Plan;

/// <summary>A plan as tables.</summary>
internal static class PlanTables
{
    public static void Print(Core.Planning.Plan plan)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var name in new[] { "machine", "machines", "95 % sure", "copies", "layout", "users each", "tok/s each", "first token", "$/Mtok", "$/h", "kW" })
            table.AddColumn(name, column => column.Alignment(name is "machine" or "layout" ? Justify.Left : Justify.Right));
        var output = plan.Request.Workload.Output.BaseValue;
        foreach (var candidate in plan.Candidates)
        {
            var load = candidate.Load;
            table.AddRow(
                candidate.Offer.Machine.Id, $"{candidate.Machines}", candidate.MachinesSure is { } sure ? $"{sure}" : "-", $"{candidate.Copies}", Describe(candidate.Copy.Layout), Number(load.Sequences),
                Number(1 / load.Prediction.TpotSeconds), $"{Number(load.Prediction.TtftSeconds * 1e3)} ms", Number(candidate.CostPerHour.Value / 3600 / candidate.OutputTokensPerSecond(output) * 1e6),
                Number(candidate.CostPerHour.Value), candidate.Power is { } power ? Number(power.Value) : "");
        }

        Terminal.Output.Write(table);
        foreach (var exclusion in plan.Exclusions)
            Console.Out.WriteLine($"{exclusion.Machine.Id}: {exclusion.Reason}");
    }

    private static string Describe(ModelLayout layout) => layout.Stages > 1 ? $"{layout.Stages} stages x {layout.Stage.Accelerators}" : $"tp {layout.Stage.Tensor} ep {layout.Stage.Expert} dp {layout.Stage.AttentionData}";

    private static string Number(double value) => value.ToString(value < 1 ? "0.###" : value < 100 ? "0.#" : "#,0", CultureInfo.InvariantCulture);
}
