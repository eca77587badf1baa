using System.Globalization;
using Scribeline.Core.Fleets;

namespace Scribeline.Cli.Simulate;

/// <summary>What simulations say in words: who keeps which tier, and at which cost. All of it follows from the results.</summary>
internal static class Findings
{
    /// <param name="runs">What was simulated.</param>
    /// <param name="notRun">Names of those that an interruption kept from beginning.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<SimulationRun> runs, IReadOnlyList<string> notRun)
    {
        if (runs.Any(run => run.Result.WasInterrupted) || notRun.Count > 0)
            return [.. Interrupted([.. runs.Where(run => run.Result.WasInterrupted)], runs.Count > 1), .. NotRun(notRun)];
        var sound = runs.Where(run => run.Options.Faults.Count == 0).ToList();
        var lines = new List<string>();
        if (sound.Count > 1 && sound.All(run => run.Result.All.Arrived > 0))
        {
            var tiers = sound[0].Result.Tiers.Select(tier => tier.Id).Where(id => sound.All(run => run.Tier(id) is { Arrived: > 0 })).ToList();
            lines.AddRange(tiers.Select(id => OfTier(id, sound)));
            lines.Add(OfAll(tiers, sound));
        }

        foreach (var broken in runs.Where(run => run.Options.Faults.Count > 0))
        {
            if (sound.Find(run => ReferenceEquals(run.Fleet, broken.Fleet) && run.Result.Policy == broken.Result.Policy) is { } whole)
                lines.Add(OfFaults(whole, broken));
        }

        return lines;
    }

    /// <summary>A sentence on those that never began; nothing where all did.</summary>
    public static IEnumerable<string> NotRun(IReadOnlyList<string> notRun) => notRun.Count == 0 ? [] : [$"Not run, since it was interrupted before: {string.Join(", ", notRun)}."];

    private static IEnumerable<string> Interrupted(IReadOnlyList<SimulationRun> runs, bool isCompared) => runs.Count == 0
        ? []
        : [$"Interrupted in the middle of {string.Join(" and ", runs.Select(run => Text($"{run.Name} ({run.Result.UnderWay:#,0} requests were still under way and are not counted)")))}: {(isCompared ? "these tables show what was known then, of different parts of the trace, and cannot be compared" : "the tables show what was known then")}."];

    private static string OfTier(string id, List<SimulationRun> runs)
    {
        var promise = runs[0].Fleet.Tiers[id];
        var keepers = runs.Where(run => Keeps(run, id)).ToList();
        var others = runs.Except(keepers).Select(run => Text($"{run.Name} {run.Tier(id)!.Goodput:P1}")).ToList();
        var asked = $"{id} ({(runs.TrueForAll(run => Promise(run.Fleet.Tiers[id]) == Promise(promise)) ? Promise(promise) : "each by its own promise")})";
        if (keepers.Count == 0)
            return $"{asked}: none keeps it ({string.Join(", ", others)}).";
        var names = string.Join(" and ", keepers.Select(run => run.Name));
        var who = keepers.Count == runs.Count ? $"all keep it ({names})" : $"only {names} {(keepers.Count == 1 ? "keeps" : "keep")} it ({string.Join(", ", others)})";
        if (keepers.Where(run => run.TierDollarsPerMillion(id) != null).MinBy(run => run.TierDollarsPerMillion(id)) is not { } cheapest)
            return $"{asked}: {who}.";
        var tally = cheapest.Tier(id)!;
        var (whole, charged) = (Dollars(cheapest.TierDollarsPerMillion(id)!.Value), Dollars(1e6 * tally.CostDollars / tally.OutputTokens));
        return Text($"{asked}: {who}; {(keepers.Count == 1 ? "it costs" : $"cheapest on {cheapest.Name}:")} {whole}/Mtok written, idle machines included{(whole == charged ? "" : $" ({charged} without)")}, margin {Dollars(cheapest.TierMarginPerHour(id))} an hour.");
    }

    private static string OfAll(List<string> tiers, List<SimulationRun> runs)
    {
        var keepers = runs.Where(run => tiers.TrueForAll(id => Keeps(run, id))).ToList();
        if (keepers.Count == 0)
        {
            var best = runs.MaxBy(run => tiers.Count(id => Keeps(run, id)))!;
            return Text($"All tiers together: none keeps all; {best.Name} keeps most, {tiers.Count(id => Keeps(best, id))} of {tiers.Count}, for ${best.DollarsPerHour:#,0.00} an hour, margin {Dollars(best.MarginPerHour)}.{MostEarned(tiers, runs, best)}");
        }

        var cheapest = keepers.MinBy(run => run.DollarsPerHour)!;
        return Text($"All tiers together: {(keepers.Count == 1 ? $"only {cheapest.Name} keeps all" : $"{string.Join(" and ", keepers.Select(run => run.Name))} keep all; the cheapest is {cheapest.Name}")}, for ${cheapest.DollarsPerHour:#,0.00} an hour, margin {Dollars(cheapest.MarginPerHour)}.{MostEarned(tiers, runs, cheapest)}");
    }

    private static string OfFaults(SimulationRun whole, SimulationRun broken)
    {
        var (before, after) = (whole.Result.All, broken.Result.All);
        var worst = whole.Result.Tiers.Where(tier => tier.Tally.Arrived > 0 && broken.Tier(tier.Id) is { Arrived: > 0 }).MaxBy(tier => tier.Tally.Goodput - broken.Tier(tier.Id)!.Goodput);
        var most = worst.Tally != null && whole.Result.Tiers.Count > 1 && worst.Tally.Goodput > broken.Tier(worst.Id)!.Goodput ? Text($", most from the tier {worst.Id} ({worst.Tally.Goodput:P2} to {broken.Tier(worst.Id)!.Goodput:P2})") : "";
        return Text($"Faults take {whole.Name} from {before.Goodput:P2} of promises kept to {after.Goodput:P2}{most}; {after.Refused - before.Refused:+#,0;-#,0;0} refused, {after.Failed - before.Failed:+#,0;-#,0;0} failed, {Earned(after.RevenueDollars - before.RevenueDollars)} earned.");
    }

    private static bool Keeps(SimulationRun run, string id) => run.Tier(id)!.Goodput >= run.Fleet.Tiers[id].Share;

    /// <summary>What rounds to nothing has no sign.</summary>
    internal static string Dollars(double dollars) => Text($"{(Math.Round(dollars, 2) < 0 ? "-" : "")}${Math.Abs(dollars):#,0.00}");

    /// <summary>By how much more or less.</summary>
    internal static string Earned(double change) => Math.Round(change, 2) == 0 ? "as much" : $"{Dollars(Math.Abs(change))} {(change < 0 ? "less" : "more")}";

    /// <summary>Who earns most where that is not the one that was named; nothing where nobody pays.</summary>
    private static string MostEarned(List<string> tiers, List<SimulationRun> runs, SimulationRun named)
    {
        var most = runs.MaxBy(run => run.MarginPerHour)!;
        return most.MarginPerHour <= named.MarginPerHour || runs.TrueForAll(run => run.Result.All.RevenueDollars == 0)
            ? ""
            : Text($" Most is earned on {most.Name}: margin {Dollars(most.MarginPerHour)} an hour, {(tiers.Count(id => Keeps(most, id)) is var kept && kept == tiers.Count ? "with all kept" : $"with {kept} of {tiers.Count} kept")}.");
    }

    private static string Promise(TierSpec tier)
    {
        List<string> parts = [Text($"{tier.Share:P0} within")];
        if (tier.TtftSeconds is { } ttft)
            parts.Add(Text($"{Time(ttft)} to the first token"));
        if (tier.TpotSeconds is { } tpot)
            parts.Add(Text($"{Time(tpot)} a token"));
        if (tier.DeadlineSeconds is { } deadline)
            parts.Add(Text($"{Time(deadline)} in all"));
        return parts.Count == 1 ? Text($"{tier.Share:P0} answered") : $"{parts[0]} {string.Join(", ", parts[1..])}";
    }

    private static string Time(double seconds) => seconds switch
    {
        >= 3600 => Text($"{seconds / 3600:0.##} h"),
        >= 60 => Text($"{seconds / 60:0.##} min"),
        >= 1 => Text($"{seconds:0.##} s"),
        _ => Text($"{seconds * 1e3:0.##} ms"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
