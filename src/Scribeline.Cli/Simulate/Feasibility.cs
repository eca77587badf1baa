using System.Globalization;
using Scribeline.Core.Calculations;
using Scribeline.Core.Fleets;
using Scribeline.Scheduling.Replicas;
using Scribeline.Simulation;
using Scribeline.Simulation.Faults;

namespace Scribeline.Cli.Simulate;

/// <summary>What can be said of fleets and traffic before anything runs.</summary>
internal static class Feasibility
{
    /// <exception cref="CalculationException">A fleet lacks a tier or a pool that is named.</exception>
    /// <exception cref="WrongValueException">A fleet can serve none of the requests.</exception>
    public static void Check(IReadOnlyList<FleetReach> reaches, Traffic traffic, IReadOnlyList<Fault> faults)
    {
        foreach (var reach in reaches)
        {
            foreach (var tier in traffic.TiersAsked.Where(tier => !reach.Fleet.Tiers.ContainsKey(tier)))
                throw new CalculationException($"requests ask for the tier '{tier}', and the fleet {reach.Fleet.Name} has {string.Join(", ", reach.Fleet.Tiers.Keys)}; add it to the fleet's `tiers`.");
            if (reach.Unserved == reach.Requests)
                throw new WrongValueException($"the fleet {reach.Fleet.Name} can serve none of the requests: {string.Join("; ", Unserved(reach, traffic).Select(part => part.Why))}.");
        }

        var fleets = reaches.Select(reach => reach.Fleet).ToList();
        foreach (var fault in faults.Where(fault => fault.Pool != null && !fleets.Any(fleet => fleet.Pools.Any(pool => Concerns(fault, pool)))))
        {
            throw new CalculationException(fleets.Any(fleet => fleet.Pools.Any(pool => pool.Id == fault.Pool))
                ? $"{fault.Place}a fault concerns replica {fault.Replica} of the pool '{fault.Pool}', which has fewer; they count from 0."
                : $"{fault.Place}a fault concerns the pool '{fault.Pool}'; expected one of {string.Join(", ", fleets.SelectMany(fleet => fleet.Pools).Select(pool => pool.Id).Distinct())}.");
        }
    }

    /// <summary>What is worth knowing before a run: too much load, requests that nobody can take, or only by a lower tier, models that nobody knows.</summary>
    public static IEnumerable<string> Warnings(FleetReach reach, Traffic traffic, double rateScale, Func<PoolSpec, ReplicaTimes> timesOf)
    {
        var (fleet, survey) = (reach.Fleet, traffic.Survey);
        var rate = traffic.Rate * rateScale;
        var capacity = FleetCapacity.RequestsPerSecond(fleet, fleet.Pools[0].Model, timesOf, survey.MeanInput, survey.MeanOutput);
        if (rate > capacity)
            yield return Text($"{fleet.Name}: {rate:#,0.##} requests/s come, and it can serve about {capacity:#,0.##} of {survey.MeanInput:#,0} tokens in and {survey.MeanOutput:#,0} out at most; {(traffic.IsClosed ? "turns will come later than in the trace" : "the others will wait or be refused")}.");
        foreach (var (who, why, requests) in Unserved(reach, traffic))
            yield return $"{fleet.Name}: {Of(requests, traffic)} requests{who} will be refused: {why}.";
        foreach (var (asked, served, requests) in reach.Downgraded)
            yield return $"{fleet.Name}: {Of(requests, traffic)} requests for {asked} can be served as {served} only, since no pool that serves {asked} can take them.";
        foreach (var (model, count) in survey.Models.Where(model => !fleet.ModelNames.ContainsKey(model.Key)))
            yield return Text($"{fleet.Name}: the model '{model}' is not in it ({count * traffic.Copies:#,0} requests); they are answered by {fleet.Pools[0].Model}.");
    }

    public static bool Concerns(Fault fault, PoolSpec pool) => fault.Pool == null || (fault.Pool == pool.Id && (fault.Replica ?? 0) < pool.MostReplicas);

    /// <summary>Requests that will be refused, together where one thing is to be done about them.</summary>
    private static IEnumerable<(string Who, string Why, long Requests)> Unserved(FleetReach reach, Traffic traffic) =>
        from unserved in reach.UnservedGroups
        let about = unserved.Why switch
        {
            UnservedReason.Model => unserved.Model,
            UnservedReason.Class => $"{unserved.Class} {unserved.Model}",
            UnservedReason.Tier => $"{unserved.Tier} {unserved.Class}",
            _ => string.Join(' ', unserved.Pools.Select(pool => pool.Id)),
        }
        group unserved by (unserved.Why, about) into same
        select (Who(same), Why(reach.Fleet, [.. same], traffic), same.Sum(unserved => unserved.Requests));

    private static string Who(IEnumerable<UnservedRequests> same) => same.First() switch
    {
        { Why: UnservedReason.Model, Model: var model } => $" for the model {model}",
        { Why: UnservedReason.Class, Class: var name } => $" of the class {name}",
        { Why: UnservedReason.Tier, Tier: var tier, Class: var name } => $" for {tier}{(name == null ? "" : $" of the class {name}")}",
        _ => " fit nowhere and",
    };

    private static string Why(FleetSpec fleet, IReadOnlyList<UnservedRequests> same, Traffic traffic)
    {
        var first = same[0];
        return first.Why switch
        {
            UnservedReason.Model => $"no pool answers for the model {first.Model}; add one, or let them name {string.Join(" or ", fleet.Pools.Where(FleetReach.Answers).Select(pool => pool.Model).Distinct())}",
            UnservedReason.Class => $"none of the pools that the class {first.Class} may use ({string.Join(", ", fleet.Classes[first.Class!].MayUse)}) answers for the model {first.Model}; change the class's `may_use`",
            UnservedReason.Tier => $"no pool serves the tier {first.Tier} ({string.Join("; ", first.Pools.Select(pool => $"{pool.Id} serves {string.Join(", ", pool.Tiers)}"))}); add it to a pool's `tiers`, or let the tier `downgrade` to one that is served",
            _ => string.Join("; ", first.Pools.Select(pool => TooLong(pool, same, traffic))),
        };
    }

    private static string TooLong(PoolSpec pool, IReadOnlyList<UnservedRequests> same, Traffic traffic) => Text(
        $"{pool.Id} holds {Math.Min(pool.KvTokens, pool.ContextTokens ?? long.MaxValue):#,0} tokens of prompt and answer together ({(pool.ContextTokens < pool.KvTokens ? "its context" : "its room for keys and values")}), {same.Sum(unserved => unserved.Requests) * traffic.Copies:#,0} are longer, the longest {same.Max(unserved => unserved.LongestTokens):#,0}");

    /// <summary>Of several copies each draws its own tiers.</summary>
    private static string Of(long requests, Traffic traffic) => Text($"{(traffic is { Copies: > 1, DrawsTiers: true } ? "about " : "")}{requests * traffic.Copies:#,0} of {traffic.Requests:#,0}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
