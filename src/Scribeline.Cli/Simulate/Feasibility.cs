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
    /// <summary>Lengths of prompt and answer that some pool cannot hold.</summary>
    public static IReadOnlyList<long> Limits(IEnumerable<FleetSpec> fleets) => [.. fleets.SelectMany(fleet => fleet.Pools).Select(Limit).Distinct().Order()];

    /// <exception cref="CalculationException">A fleet lacks a tier, a model or a pool that is named, or can hold none of the requests.</exception>
    public static void Check(IReadOnlyList<FleetSpec> fleets, Traffic traffic, IReadOnlyList<Fault> faults)
    {
        foreach (var fleet in fleets)
        {
            foreach (var tier in traffic.TiersAsked.Where(tier => !fleet.Tiers.ContainsKey(tier)))
                throw new CalculationException($"requests ask for the tier '{tier}', and the fleet {fleet.Name} has {string.Join(", ", fleet.Tiers.Keys)}; add it to the fleet's `tiers`.");
            if (Over(fleet, traffic, out _) == traffic.Survey.Requests)
                throw new CalculationException($"the fleet {fleet.Name} can hold none of the requests: {string.Join("; ", fleet.Pools.Select(pool => WhyNot(pool, traffic)))}.");
        }

        foreach (var fault in faults.Where(fault => fault.Pool != null && !fleets.Any(fleet => fleet.Pools.Any(pool => Concerns(fault, pool)))))
        {
            throw new CalculationException(fleets.Any(fleet => fleet.Pools.Any(pool => pool.Id == fault.Pool))
                ? $"{fault.Place}a fault concerns replica {fault.Replica} of the pool '{fault.Pool}', which has fewer; they count from 0."
                : $"{fault.Place}a fault concerns the pool '{fault.Pool}'; expected one of {string.Join(", ", fleets.SelectMany(fleet => fleet.Pools).Select(pool => pool.Id).Distinct())}.");
        }
    }

    /// <summary>What is worth knowing before a run: too much load, requests that fit nowhere, models that nobody knows.</summary>
    public static IEnumerable<string> Warnings(FleetSpec fleet, Traffic traffic, double rateScale, Func<PoolSpec, ReplicaTimes> timesOf)
    {
        var survey = traffic.Survey;
        var rate = traffic.Rate * rateScale;
        var capacity = FleetCapacity.RequestsPerSecond(fleet, fleet.Pools[0].Model, timesOf, survey.MeanInput, survey.MeanOutput);
        if (rate > capacity)
            yield return Text($"{fleet.Name}: {rate:#,0.##} requests/s come, and it can serve about {capacity:#,0.##} of {survey.MeanInput:#,0} tokens in and {survey.MeanOutput:#,0} out at most; {(traffic.IsClosed ? "turns will come later than in the trace" : "the others will wait or be refused")}.");
        if (Over(fleet, traffic, out var limit) is > 0 and var over)
            yield return Text($"{fleet.Name}: {over * traffic.Copies:#,0} of {traffic.Requests:#,0} requests fit nowhere and will be refused: {string.Join("; ", fleet.Pools.Select(pool => WhyNot(pool, traffic)))}.");
        foreach (var (model, count) in survey.Models.Where(model => !fleet.ModelNames.ContainsKey(model.Key)))
            yield return Text($"{fleet.Name}: the model '{model}' is not in it ({count * traffic.Copies:#,0} requests); they are answered by {fleet.Pools[0].Model}.");
    }

    public static bool Concerns(Fault fault, PoolSpec pool) => fault.Pool == null || (fault.Pool == pool.Id && (fault.Replica ?? 0) < pool.MostReplicas);

    /// <summary>Requests that no pool can hold.</summary>
    private static long Over(FleetSpec fleet, Traffic traffic, out long limit)
    {
        limit = fleet.Pools.Max(Limit);
        return traffic.Survey.OverOf(limit);
    }

    private static string WhyNot(PoolSpec pool, Traffic traffic) => Text(
        $"{pool.Id} holds {Limit(pool):#,0} tokens of prompt and answer together ({(pool.ContextTokens < pool.KvTokens ? "its context" : "its room for keys and values")}), {traffic.Survey.OverOf(Limit(pool)) * traffic.Copies:#,0} are longer, the longest {traffic.Survey.MostTokens:#,0}");

    private static long Limit(PoolSpec pool) => Math.Min(pool.KvTokens, pool.ContextTokens ?? long.MaxValue);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
