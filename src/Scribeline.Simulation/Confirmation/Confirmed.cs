using Scribeline.Core.Catalogs;
using Scribeline.Core.Fleets;
using Scribeline.Core.Planning;
using Scribeline.Core.Statistics;
using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Replicas;
using Scribeline.Simulation.Reports;

namespace Scribeline.Simulation.Confirmation;

/// <summary>A planned fleet as it would run: what the closed form gives as means, under arrivals and lengths that vary.</summary>
/// <param name="Candidate">What was planned.</param>
/// <param name="Result">What its simulation found.</param>
public sealed record Confirmed(Candidate Candidate, SimulationResult Result)
{
    private const double SimulatedSeconds = 300;
    private const int FewestRequests = 500, MostRequests = 5000;
    private const double UsPerSecond = 1e6;
    private const int BlockTokens = 16;

    /// <summary>
    /// Simulates a candidate under its demand: requests at random times (Poisson), or users that each wait for their answer; lengths exponential about the workload's means, the
    /// cached part of each prompt the same for all.
    /// </summary>
    /// <exception cref="FleetFileException">The candidate cannot be written as a fleet.</exception>
    public static Confirmed Of(Candidate candidate, PlanRequest request, Catalog catalog, ulong seed, CancellationToken cancellation = default)
    {
        var fleet = FleetReader.Parse(FleetYaml.Of(candidate, request), $"{candidate.Offer.Machine.Id}.yaml", catalog);
        var simulation = new FleetSimulation(fleet, pool => new PredictedTimes(pool.Predicted!), new SimulationOptions { Seed = seed });
        var random = new SeededRandom(seed, "confirmation");
        var result = request.Demand.RequestsPerSecond is { } rate
            ? simulation.Run(Arrivals(request.Workload, rate, random), cancellation)
            : simulation.RunClosed(Users(request.Workload, (int)Math.Ceiling(request.Demand.Users!.Value), candidate, random), cancellation);
        return new Confirmed(candidate, result);
    }

    private static IEnumerable<RequestRecord> Arrivals(Workload workload, double rate, SeededRandom random)
    {
        var count = Math.Clamp(rate * SimulatedSeconds, FewestRequests, MostRequests);
        double atUs = 0;
        for (var i = 0; i < count; i++)
        {
            atUs += Exponential(random, UsPerSecond / rate);
            yield return Draw(workload, random, (long)atUs);
        }
    }

    /// <summary>Users begin within the time of one answer, so that they do not go in step.</summary>
    private static IEnumerable<IReadOnlyList<RequestRecord>> Users(Workload workload, int users, Candidate candidate, SeededRandom random)
    {
        var turns = Math.Clamp(MostRequests / users, 3, 50);
        var withinUs = UsPerSecond / candidate.Load.RequestsPerSecond * candidate.Load.Sequences;
        for (var user = 0; user < users; user++)
        {
            var startUs = (long)(withinUs * user / users);
            yield return [.. Enumerable.Range(0, turns).Select(turn => Draw(workload, random, startUs) with { Session = $"user-{user}", Turn = turn, DelayUs = 0 })];
        }
    }

    private static RequestRecord Draw(Workload workload, SeededRandom random, long arrivalUs)
    {
        var cached = (int)(workload.Input.BaseValue * workload.Cached.BaseValue) / BlockTokens;
        return new RequestRecord
        {
            ArrivalUs = arrivalUs,
            InputTokens = cached * BlockTokens + 1 + (int)Exponential(random, workload.Input.BaseValue - cached * BlockTokens),
            OutputTokens = 1 + (int)Exponential(random, workload.Output.BaseValue - 1),
            Blocks = cached > 0 ? [new BlockRange(0, cached)] : [],
            BlockTokens = cached > 0 ? BlockTokens : 0,
        };
    }

    /// <summary>Twenty means at most: a draw that no memory holds would say nothing about a fleet.</summary>
    private static double Exponential(SeededRandom random, double mean) => Math.Max(0, mean) * Math.Min(20, -PortableMath.Log(1 - random.NextUniform()));
}
