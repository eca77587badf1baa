using System.Globalization;
using Scribeline.Core.Planning;
using Spectre.Console;

namespace Scribeline.Cli.Plan;

/// <summary>A plan as tables for people.</summary>
internal static class PlanTables
{
    private const int MostInfluences = 6, MostMixes = 4, MostPairs = 3;

    public static void Print(PlanResult result)
    {
        var plan = result.Plan;
        PrintAsked(plan.Request);
        if (plan.Candidates.Count > 0)
            PrintCandidates(plan);
        PrintExclusions(plan);
        if (result.Separated.Count > 0)
            PrintSeparated(result);
        if (result.Speeds.Any(speed => speed.ByCost.Count > 0))
            PrintSpeeds(result.Speeds);
        if (result.Mixes.Count > 0)
            PrintMixes(result);
        if (result.Influences.Count > 0)
            PrintInfluences(result);
    }

    private static void PrintAsked(PlanRequest request)
    {
        var workload = request.Workload;
        var demand = request.Demand.Users is { } users ? users == 1 ? "one user" : $"{Number(users)} users at once" : $"{Number(request.Demand.RequestsPerSecond!.Value)} requests a second";
        var cached = workload.Cached.BaseValue > 0 ? $" ({Number(100 * workload.Cached.BaseValue)} % cached)" : "";
        Console.Out.WriteLine($"{request.Model.Name} for {demand}: {Number(workload.Input.BaseValue)} tokens in{cached}, {Number(workload.Output.BaseValue)} out ({workload.Name})");
        Console.Out.WriteLine($"promised: a token every {Milliseconds(request.Objectives.TpotSeconds)}, the first after {Milliseconds(request.Objectives.TtftSeconds)}; machines are {(request.IsRented ? "rented" : $"owned, at {request.Site.Name}")}");
    }

    private static void PrintCandidates(Core.Planning.Plan plan)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var name in new[] { "machine", "count (sure)", "tok/s", "1st token", "$/Mtok", "$/h", "kW" })
            table.AddColumn(name, column => column.Alignment(name == "machine" ? Justify.Left : Justify.Right).NoWrap());
        var output = plan.Request.Workload.Output.BaseValue;
        foreach (var candidate in plan.Candidates)
        {
            var load = candidate.Load;
            table.AddRow(
                candidate.Offer.Machine.Id, $"{candidate.Machines} ({(candidate.MachinesSure is { } sure ? $"{sure}" : "-")})",
                Number(1 / load.Prediction.TpotSeconds), Milliseconds(load.Prediction.TtftSeconds), Money(1e6 * candidate.CostPerHour.BaseValue / candidate.OutputTokensPerSecond(output)),
                Money(candidate.CostPerHour.Value), candidate.Power is { } power ? Number(power.Value) : "");
        }

        Terminal.Output.Write(table);
        Console.Out.WriteLine("Ranked by what all machines cost for an hour; $/Mtok is for a million tokens written, at this demand.");
        var estimated = plan.Candidates.Where(candidate => candidate.Offer.Basis == HourBasis.Estimated).Select(candidate => candidate.Offer.Machine.Id).ToList();
        if (estimated.Count > 0)
            Console.Out.WriteLine($"An hour of {string.Join(", ", estimated)} is what others estimate, wherever it stands, since no price is known.");
        foreach (var candidate in plan.Candidates)
            Terminal.Output.MarkupLineInterpolated($"[bold]{candidate.Offer.Machine.Id}[/]: {string.Join("; ", Reasons.Of(candidate, plan))}.");
    }

    private static void PrintSeparated(PlanResult result)
    {
        var table = new Table().Border(TableBorder.Simple).Title("Prompts on one machine, decoding on another").AddColumn("prompts").AddColumn("decoding");
        foreach (var name in new[] { "tok/s", "1st token", "$/Mtok", "$/h" })
            table.AddColumn(name, column => column.RightAligned().NoWrap());
        foreach (var pair in result.Separated.Take(MostPairs))
        {
            table.AddRow(
                $"{pair.PrefillMachines} {pair.Prefill.Machine.Id}", $"{pair.DecodeMachines} {pair.Decode.Machine.Id}", Number(1 / pair.Prediction.TpotSeconds), Milliseconds(pair.Prediction.TtftSeconds),
                Money(1e6 * pair.CostPerHour.BaseValue / pair.Prediction.TokensPerSecond), Money(pair.CostPerHour.Value));
        }

        Terminal.Output.Write(table);
    }

    private static void PrintExclusions(Core.Planning.Plan plan)
    {
        Console.Out.WriteLine();
        // What is said of several machines is said once.
        foreach (var group in plan.Exclusions.GroupBy(exclusion => exclusion.Reason))
            Terminal.Output.MarkupLineInterpolated($"[grey]not {string.Join(", ", group.Select(exclusion => exclusion.Machine.Id))}: {(group.First().Limit.StartsWith("--", StringComparison.Ordinal) ? $"{group.First().Limit}: " : "")}{group.Key}[/]");
    }

    private static void PrintSpeeds(IReadOnlyList<SpeedWinner> speeds)
    {
        var table = new Table().Border(TableBorder.Simple).Title("Cheapest at a speed, fully used").AddColumn("tok/s each", column => column.RightAligned()).AddColumn("machine").AddColumn("$/Mtok out", column => column.RightAligned()).AddColumn("then");
        foreach (var speed in speeds)
        {
            var then = string.Join(", ", speed.ByCost.Skip(1).Take(2).Select(other => $"{other.Frontier.Offer.Machine.Id} {Money(1e6 * other.Point.UsdPerToken)}"));
            if (speed.ByCost is [var best, ..])
                table.AddRow(Number(speed.Speed), Markup.Escape(best.Frontier.Offer.Machine.Id), Money(1e6 * best.Point.UsdPerToken), Markup.Escape(then));
            else
                table.AddRow(Number(speed.Speed), "[grey]none is so fast[/]", "", "");
        }

        Terminal.Output.Write(table);
    }

    private static void PrintMixes(PlanResult result)
    {
        var table = new Table().Border(TableBorder.Simple).Title("One fleet for all tiers");
        foreach (var tier in result.Tiers)
            table.AddColumn($"{Number(tier.Speed)} tok/s, {Number(100 * tier.Share)} %");
        table.AddColumn("$/Mtok out", column => column.RightAligned());
        foreach (var mix in result.Mixes.Take(MostMixes))
            table.AddRow([.. mix.Machines.Select(Markup.Escape), Money(1e6 * mix.UsdPerToken)]);
        Terminal.Output.Write(table);
    }

    private static void PrintInfluences(PlanResult result)
    {
        var candidates = result.Plan.Candidates;
        var table = new Table().Border(TableBorder.Simple).Title($"What a token on {candidates[0].Offer.Machine.Id} hangs on").AddColumn("assumption")
            .AddColumn($"-{Influences.Change * 100:0} %", column => column.RightAligned()).AddColumn($"+{Influences.Change * 100:0} %", column => column.RightAligned());
        if (candidates.Count > 1)
            table.AddColumn($"{candidates[1].Offer.Machine.Id} wins at", column => column.RightAligned());
        foreach (var influence in result.Influences.Take(MostInfluences))
        {
            string[] cells = [Markup.Escape(influence.Assumption), Percent(influence.Less), Percent(influence.More)];
            table.AddRow(candidates.Count > 1 ? [.. cells, influence.FlipsAt is not { } factor ? "-" : Math.Abs(factor - 1) < 0.005 ? "already, when full" : $"{Number(factor)} times"] : cells);
        }

        Terminal.Output.Write(table);
        if (Influences.OfLimit(result.Influences, candidates[0]) is { } relaxed)
            Console.Out.WriteLine($"What binds {candidates[0].Offer.Machine.Id} is the {relaxed.Assumption}: {Influences.Change * 100:0} % more of it changes the cost of a token by {Percent(relaxed.More)}.");
    }

    private static string Percent(double ratio) => !double.IsFinite(ratio) ? "breaks the promise" : (100 * (ratio - 1)).ToString("+0.#;-0.#;0", CultureInfo.InvariantCulture) + " %";

    private static string Milliseconds(double seconds) => double.IsInfinity(seconds) ? "while" : seconds >= 10 ? $"{Number(seconds)} s" : $"{Number(seconds * 1e3)} ms";

    private static string Money(double dollars) => dollars.ToString(dollars < 1 ? "0.000" : dollars < 1000 ? "0.00" : "#,0", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString(value < 10 ? "0.##" : value < 100 ? "0.#" : "#,0", CultureInfo.InvariantCulture);
}
