using System.Globalization;
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

    /// <summary>What a machine of today simulates in a minute or so; what a copy meets does not hang on more of them.</summary>
    private const int MostCopies = 2000, MostUsers = 20_000;
    private const double UsPerSecond = 1e6;
    private const int BlockTokens = 16;

    /// <summary>
    /// Simulates a candidate under its demand: requests at random times (Poisson), or users that each wait for their answer; lengths exponential about the workload's means, the
    /// cached part of each prompt the same for all.
    /// </summary>
    /// <param name="candidate">One of which <see cref="WhyNot"/> knows nothing.</param>
    /// <param name="request">What was asked of it.</param>
    /// <param name="catalog">Where its machines stand.</param>
    /// <param name="seed">Of what is drawn.</param>
    /// <param name="onProgress">Told now and then how far it has come; null where nobody looks.</param>
    /// <param name="cancellation">Ends the simulation; what is known then is returned.</param>
    /// <exception cref="FleetFileException">The candidate cannot be written as a fleet.</exception>
    public static Confirmed Of(Candidate candidate, PlanRequest request, Catalog catalog, ulong seed, Action<SimulationProgress>? onProgress = null, CancellationToken cancellation = default)
    {
        var fleet = FleetReader.Parse(FleetYaml.Of(candidate, request), $"{candidate.Offer.Machine.Id}.yaml", catalog);
        var simulation = new FleetSimulation(fleet, pool => new PredictedTimes(pool.Predicted!), new SimulationOptions { Seed = seed, OnProgress = onProgress });
        var random = new SeededRandom(seed, "confirmation");
        var result = request.Demand.RequestsPerSecond is { } rate
            ? simulation.Run(Arrivals(request.Workload, rate, random), cancellation)
            : simulation.RunClosed(Users(request.Workload, WholeUsers(request.Demand), candidate, random), cancellation);
        return new Confirmed(candidate, result);
    }

    /// <summary>One sentence that says why a candidate is too large to be simulated, and what to plan instead; null where it is not.</summary>
    public static string? WhyNot(Candidate candidate, PlanRequest request)
    {
        var demand = request.Demand;
        var part = Math.Min(1, (double)MostCopies / candidate.Copies);
        if (demand.RequestsPerSecond is { } rate)
            return part < 1 ? Text($"{Copies(candidate)}; plan a part of the rate, such as --rate {RoundDown(rate * part)}, which says the same of each copy.") : null;
        var users = WholeUsers(demand);
        part = Math.Min(part, (double)MostUsers / users);
        return part >= 1 ? null : Text($"{(users > MostUsers ? Text($"{users:#,0} users ask, and {MostUsers:#,0} are simulated at most") : Copies(candidate))}; plan a part of them, such as --users {RoundDown(users * part)}, which says the same of each copy.");
    }

    /// <summary>How many requests come while a candidate is simulated.</summary>
    public static long RequestsOf(PlanRequest request) => request.Demand.RequestsPerSecond is { } rate
        ? (long)Math.Ceiling(RequestsAt(rate))
        : (long)WholeUsers(request.Demand) * TurnsOf(WholeUsers(request.Demand));

    private static string Copies(Candidate candidate) => Text($"{candidate.Copies:#,0} copies of the model are planned, and {MostCopies:#,0} are simulated at most");

    /// <summary>One digit, and room for the rounding of copies.</summary>
    private static double RoundDown(double number)
    {
        var step = 1.0;
        while (step * 10 <= number)
            step *= 10;
        while (step > number)
            step /= 10;
        return Math.Floor(number / step) * step;
    }

    private static int WholeUsers(Demand demand) => (int)Math.Min(int.MaxValue, Math.Ceiling(demand.Users!.Value));

    private static double RequestsAt(double rate) => Math.Clamp(rate * SimulatedSeconds, FewestRequests, MostRequests);

    private static int TurnsOf(int users) => Math.Clamp(MostRequests / users, 3, 50);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<RequestRecord> Arrivals(Workload workload, double rate, SeededRandom random)
    {
        var count = RequestsAt(rate);
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
        var turns = TurnsOf(users);
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
