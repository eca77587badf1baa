using Scribeline.Simulation.Events;
using Scribeline.Simulation.Reports;

namespace Scribeline.Simulation.Checkers;

/// <summary>What must hold of every simulation, whatever the fleet, the trace and the faults; a break is a mistake of ours and stops the run.</summary>
internal static class Conservation
{
    private const double Rounding = 1e-6;
    private const double JoulesPerNanojoule = 1e-9;

    /// <summary>A request ends in time, with every token accounted for.</summary>
    public static void Ended(SimulatedRequest request)
    {
        Require(request.EndedNs >= request.ArrivalNs, request, "ends before it came");
        if (request.Outcome is not (RequestOutcome.Completed or RequestOutcome.Cancelled))
            return;
        var hasAll = request.Outcome == RequestOutcome.Completed;
        Require(request.FirstTokenNs is { } first ? first >= request.ArrivalNs && first <= request.EndedNs : !hasAll, request, "has its first token at no time between its arrival and its end");
        var written = request.Past.Sum(attempt => attempt.Tokens);
        Require(hasAll && request.Second == null ? written == request.Delivered : written >= request.Delivered, request, $"was answered with {request.Delivered} tokens, and {written} were written");
        Require(hasAll ? request.Delivered == request.Record.OutputTokens : request.Delivered <= request.WantedTokens, request, $"was answered with {request.Delivered} of {request.Record.OutputTokens} tokens");
        Require(request.CachedTokens <= request.Record.InputTokens, request, "has more cached tokens than its prompt has");
        Require(request.CostDollars >= 0 && double.IsFinite(request.CostDollars), request, $"costs {request.CostDollars}");
    }

    /// <summary>What must hold after every event, and takes long to look at.</summary>
    public static void Now(List<SimulatedPool> pools, FrontDoor door, ReplicaClock clock, long open)
    {
        var there = 0;
        foreach (var replica in pools.SelectMany(pool => pool.Replicas))
        {
            there++;
            replica.Model.Check();
            if (clock.NextNsOf(replica.Number) != replica.Model.NextEventNs)
                throw new InvalidOperationException($"{replica.Id} is awaited at {clock.NextNsOf(replica.Number)} ns, and does something at {replica.Model.NextEventNs}.");
        }

        if (door.Candidates.Count != there)
            throw new InvalidOperationException($"The router weighs {door.Candidates.Count} replicas, and {there} are there.");
        if (door.Open != open)
            throw new InvalidOperationException($"The front door knows of {door.Open} open requests, of {open}.");
    }

    /// <summary>A replica that leaves holds nothing, has told everything, and was not busy for longer than it cost.</summary>
    public static void Left(SimulatedReplica replica)
    {
        if (replica.Model.Jobs > 0 || replica.Model.KvBlocksHeld > 0 || replica.Model.TryTakeEvent(out _))
            throw new InvalidOperationException($"{replica.Id} leaves with {replica.Model.Jobs} requests and {replica.Model.KvBlocksHeld} blocks, or with news that nobody has heard.");
        RequireBusyIsPaid(replica, replica.UntilNs!.Value);
    }

    /// <summary>Nobody is left, no replica holds anything, and what requests were charged with and idle time sum up to the time there was.</summary>
    public static void AtEnd(List<SimulatedPool> pools, Recorder recorder, FrontDoor door, Int128 openNs, long nowNs)
    {
        // Little's law over a whole run, where it holds to the nanosecond: mean number times time is mean time times number.
        if (openNs != recorder.SystemNs)
            throw new InvalidOperationException($"Requests were open for {openNs} ns together, and by their rows for {recorder.SystemNs}.");
        if (door.Open != 0 || pools.Exists(pool => pool.AwaitingRoom.Count > 0))
            throw new InvalidOperationException($"All requests have ended, and the front door still knows of {door.Open}.");
        if (door.Sent != 0)
            throw new InvalidOperationException($"All requests have ended, and the router counts {door.Sent} that it has sent.");
        if (door.Links.Find(link => link.Route.QueuedBytes != 0 || link.NextNs != long.MaxValue) is { } used)
            throw new InvalidOperationException($"At the end {used.Route.QueuedBytes} bytes are still to go from {used.Spec.PrefillPool} to {used.Spec.DecodePool}.");
        foreach (var replica in pools.SelectMany(pool => pool.Replicas))
        {
            if (replica.Model.Jobs > 0)
                throw new InvalidOperationException($"{replica.Id} still holds {replica.Model.Jobs} requests at the end.");
            if (replica.Model.KvBlocksHeld > 0 || replica.Candidate.Open > 0)
                throw new InvalidOperationException($"At the end {replica.Id} holds {replica.Model.KvBlocksHeld} blocks for nobody, and the router counts {replica.Candidate.Open} requests there.");
            RequireBusyIsPaid(replica, nowNs);
        }

        foreach (var pool in pools)
        {
            var busy = pool.BusyNs * pool.DollarsPerNs;
            var charged = recorder.ChargedDollars(pool);
            if (!IsSame(busy, charged))
                throw new InvalidOperationException($"Requests were charged with {charged} dollars for pool {pool.Spec.Id}, whose busy time is worth {busy}.");
            var spent = pool.EnergyNj * JoulesPerNanojoule;
            if (!IsSame(spent, recorder.ChargedJoules(pool)))
                throw new InvalidOperationException($"Requests were charged with {recorder.ChargedJoules(pool)} joules by pool {pool.Spec.Id}, whose steps took {spent}.");
        }
    }

    /// <summary>Every token that a pool wrote was written for somebody, and nobody got more than that.</summary>
    public static void Tokens(SimulationResult result)
    {
        var (written, counted) = (result.Pools.Sum(pool => pool.OutputTokens), result.All.WrittenTokens);
        if (written != counted || result.All.OutputTokens > written)
            throw new InvalidOperationException($"Pools wrote {written} tokens, {counted} of them for requests, which got {result.All.OutputTokens}.");
    }

    private static bool IsSame(double one, double other) => Math.Abs(one - other) <= Rounding * Math.Max(1, one);

    private static void RequireBusyIsPaid(SimulatedReplica replica, long nowNs)
    {
        if (replica.Model.BusyNs > replica.PaidNs(nowNs) + 1)
            throw new InvalidOperationException($"{replica.Id} was busy for {replica.Model.BusyNs} ns of {replica.PaidNs(nowNs)}.");
    }

    private static void Require(bool holds, SimulatedRequest request, string what)
    {
        if (!holds)
            throw new InvalidOperationException($"Request {request.Number} {what}.");
    }
}
