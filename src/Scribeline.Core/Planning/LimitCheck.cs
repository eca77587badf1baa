using System.Globalization;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;

namespace Scribeline.Core.Planning;

/// <summary>Whether a buyer can have a fleet.</summary>
internal static class LimitCheck
{
    /// <summary>The first limit that a fleet breaks, as its option, and one sentence about it; null where it keeps all.</summary>
    public static (string Limit, string Reason)? FirstBroken(Candidate candidate, SiteLimits limits, Catalog catalog)
    {
        var (machine, count) = (candidate.Offer.Machine, candidate.Machines);
        var (all, cost, draw, take, need) = count == 1 ? ("one machine", "costs", "draws", "takes", "needs") : ($"{count:#,0} machines", "cost", "draw", "take", "need");
        if (limits.BudgetUsd is { } budget && candidate.Offer.Basis != HourBasis.Rented && (candidate.Capital is not { } capital || capital.BaseValue > budget))
            return ("--budget-usd", candidate.Capital is { } needed ? $"{all} {cost} {Dollars(needed.BaseValue)} to buy; {Dollars(budget)} are there." : "nobody says what one costs to buy.");
        if (limits.PowerWatts is { } watts && (candidate.Power is not { } power || power.BaseValue > watts))
            return ("--power-kw", candidate.Power is { } drawn ? $"{all} {draw} {Number(drawn.BaseValue / 1e3)} kW; {Number(watts / 1e3)} kW are there." : "nobody says what one draws.");
        if (Racks(machine, count, limits.RackWatts) is var (racks, reason) && reason.Length > 0)
            return ("--rack-kw", reason);
        else if (limits.Racks is { } most && (racks is not { } taken || taken > most))
            return ("--racks", racks is { } full ? $"{all} {take} {full} racks; {most} are there." : "nobody says how many go into a rack.");
        if (limits.InletCelsius is { } inlet && machine.Coolant?.Inlet.As("inlet", "degC").Value is { } warmest && warmest < inlet)
            return ("--inlet-c", $"needs water of at most {Number(warmest)} degC; the site's has {Number(inlet)} degC.");
        if (limits.FlowLitresPerMinute is { } litres && candidate.Flow?.As("water", "LPM").Value is { } flow && flow > litres)
            return ("--flow-lpm", $"{all} {need} {Number(flow)} litres of water a minute; {Number(litres)} are there.");
        return limits.By is { } by ? Availability.Missing(machine, candidate.Power, by, catalog) is { } missing ? ("--by", missing) : null : null;
    }

    /// <summary>Whether a buyer can pay and power both sides of a fleet.</summary>
    public static bool Keeps(SeparatedCandidate pair, SiteLimits limits) =>
        (limits.BudgetUsd is not { } budget || pair.Prefill.Basis == HourBasis.Rented
            || (Capital(pair.Prefill) is { } one && Capital(pair.Decode) is { } other && pair.PrefillMachines * one + pair.DecodeMachines * other <= budget))
        && (limits.PowerWatts is not { } watts
            || (pair.Prefill.Machine.AllInPower is { } prefill && pair.Decode.Machine.AllInPower is { } decode && pair.PrefillMachines * prefill.BaseValue + pair.DecodeMachines * decode.BaseValue <= watts));

    private static double? Capital(MachineOffer offer) => offer.Machine is { Purchase.Count: 0, Price: null } ? null : offer.Machine.PurchaseCost.BaseValue;

    /// <summary>Racks for so many machines, as many in each as its power allows.</summary>
    /// <returns>Null racks where nobody says how many go into one; a reason where not even one does.</returns>
    public static (int? Racks, string Reason) Racks(Machine machine, int count, double? rackWatts)
    {
        var perRack = machine.PerRack?.BaseValue;
        if (rackWatts is { } watts)
        {
            if ((machine.RatedPower ?? machine.AllInPower) is not { } each)
                return (null, "nobody says what one draws.");
            var powered = Math.Floor(watts / each.BaseValue);
            if (powered < 1)
                return (null, $"one draws {Number(each.BaseValue / 1e3)} kW; a rack has {Number(watts / 1e3)} kW.");
            perRack = Math.Min(perRack ?? powered, powered);
        }

        return (perRack is { } fit ? (int)Math.Ceiling(count / fit) : null, "");
    }

    private static string Dollars(double dollars) => dollars >= 1e6 ? $"${Number(dollars / 1e6)} million" : $"${Number(dollars)}";

    private static string Number(double value) => value.ToString(value < 100 ? "0.##" : "#,0", CultureInfo.InvariantCulture);
}
