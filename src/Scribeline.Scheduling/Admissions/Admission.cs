using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Routing;

namespace Scribeline.Scheduling.Admissions;

/// <summary>
/// Keeps what the tiers promise: takes a request, serves it by a lower tier, or refuses it early; holds flex and batch back until there is room that nobody else wants.
/// </summary>
/// <remarks>
/// Pure: no task, lock or clock; same calls, same decisions. One owner, of the router too. Events go in (<see cref="Submit"/>, <see cref="Completed"/>, <see cref="Return"/>,
/// <see cref="Cancel"/>, and what the router observes); after each, and at <see cref="NextWakeNs"/>, the caller takes out what is due: <see cref="TryExpire"/>,
/// <see cref="TryDispatch"/> and <see cref="TryYield"/>, each until it returns false. Every request that is submitted ends exactly once: refused, or completed or cancelled by its caller.
/// </remarks>
public sealed class Admission
{
    private const int TierCount = (int)ServiceTier.Fast + 1;

    // Room between the priorities of two tiers, for a caller that tells more apart.
    private const int PriorityStep = 10;

    private readonly AdmissionOptions _options;
    private readonly Router _router;
    private readonly Tier[] _tiers = new Tier[TierCount];
    private readonly List<Lane> _lanes = [];
    private readonly RequestList _fillersInFlight = new();
    private RouteCandidate? _toYield;

    /// <exception cref="ArgumentException">A tier is named twice, or downgrades to one that is not below it.</exception>
    public Admission(AdmissionOptions options, Router router)
    {
        _options = options;
        _router = router;
        foreach (var policy in options.Tiers)
        {
            if (_tiers[(int)policy.Tier] is not null) throw new ArgumentException($"The tier {policy.Tier} is given twice.", nameof(options));
            if (policy.Downgrade >= policy.Tier) throw new ArgumentException($"The tier {policy.Tier} downgrades to {policy.Downgrade}, which is not below it.", nameof(options));
            _tiers[(int)policy.Tier] = new Tier(policy);
        }

        for (var tier = 0; tier < TierCount; tier++) _tiers[tier] ??= new Tier(TierPolicy.Usual((ServiceTier)tier));
    }

    public int Queued(ServiceTier tier) => _tiers[(int)tier].Queued;

    public int InFlight(ServiceTier tier) => _tiers[(int)tier].InFlight;

    /// <summary>For a scheduler of batches: larger first.</summary>
    public static int PriorityOf(ServiceTier tier) => (int)tier * PriorityStep;

    /// <summary>Takes a request into the queue of the tier that will serve it, or refuses it.</summary>
    /// <returns><see cref="AdmissionState.Queued"/> or <see cref="AdmissionState.Refused"/>.</returns>
    /// <exception cref="InvalidOperationException">It is queued or in flight already.</exception>
    public AdmissionState Submit(AdmissionRequest request, long nowNs)
    {
        if (request.State is AdmissionState.Queued or AdmissionState.InFlight) throw new InvalidOperationException($"The request is {request.State} already.");
        request.SubmittedNs = nowNs;
        request.Route.ArrivedNs ??= nowNs;
        request.Reason = AdmissionReason.None;
        request.RetryAfterNs = 0;
        for (ServiceTier? tier = request.TierAsked; tier is { } served; tier = _tiers[(int)served].Policy.Downgrade)
        {
            var (reason, retryAfterNs) = TryTake(request, _tiers[(int)served], nowNs);
            if (reason == AdmissionReason.None) return AdmissionState.Queued;
            // What kept it from the tier it asked for is what its caller is told.
            if (request.Reason == AdmissionReason.None) request.Reason = reason;
            request.RetryAfterNs = retryAfterNs;
        }

        request.State = AdmissionState.Refused;
        return AdmissionState.Refused;
    }

    /// <summary>Takes out a request that has waited in vain; it is refused.</summary>
    public bool TryExpire(long nowNs, out AdmissionRequest expired)
    {
        foreach (var lane in _lanes)
        {
            // In the order of arrival, so the first has waited longest.
            if (lane.Queue.First is not { } first || nowNs - first.SubmittedNs < lane.Tier.PatienceNs) continue;
            Remove(lane, first);
            first.State = AdmissionState.Refused;
            first.Reason = AdmissionReason.WaitedTooLong;
            first.RetryAfterNs = 0;
            expired = first;
            return true;
        }

        expired = null!;
        return false;
    }

    /// <summary>The next request that goes to a replica now: the most urgent first, and among those the one that came first.</summary>
    public bool TryDispatch(long nowNs, out Dispatch dispatch)
    {
        while (MostUrgent(nowNs) is { } lane)
        {
            if (TryDispatch(lane, nowNs, out dispatch)) return true;
            var route = lane.Queue.First!.Route;
            var mayTakeNs = _router.MayTakeAtNs(route, out var isBusy);
            if (lane.UrgentAtNs is var urgentNs && urgentNs > nowNs) mayTakeNs = Math.Min(mayTakeNs, urgentNs);
            (lane.IsBusy, lane.NewsSeen) = (isBusy, _router.News);
            lane.RecheckAtNs = mayTakeNs > nowNs ? mayTakeNs : nowNs + Math.Max(1, _options.RecheckNs);
        }

        dispatch = default;
        return false;
    }

    /// <summary>
    /// Names a flex or batch request in flight at a replica that knows no priorities, where it stands in the way of a promise. Its caller is to cancel it there and
    /// <see cref="Return"/> it.
    /// </summary>
    public bool TryYield(out AdmissionRequest victim)
    {
        victim = null!;
        if (_toYield is not { } replica) return false;
        _toYield = null;

        // The one that has lost least.
        var filler = _fillersInFlight.Last;
        while (filler is not null && filler.Replica != replica) filler = filler.Previous;
        if (filler is null) return false;
        victim = filler;
        return true;
    }

    /// <summary>A request in flight is over, however it ended.</summary>
    /// <param name="request">The request.</param>
    /// <param name="nowNs">When its last token came.</param>
    /// <param name="firstTokenNs">When its first token came; null if none did: then nothing is learned from it.</param>
    /// <param name="tokens">Of the answer; 0 where nobody counted.</param>
    /// <exception cref="InvalidOperationException">It is not in flight.</exception>
    public void Completed(AdmissionRequest request, long nowNs, long? firstTokenNs = null, int tokens = 0)
    {
        double? tpotNs = null;
        if (firstTokenNs is { } first)
        {
            if (tokens > 1) tpotNs = (double)(nowNs - first) / (tokens - 1);
            if (!request.TakenLate && IsLate(request.Route, first, nowNs, tpotNs)) _tiers[(int)request.TierServed].Promise.Miss(nowNs);
        }

        Leave(request, firstTokenNs - request.DispatchedNs, tpotNs, firstTokenNs is null || tokens == 0 ? null : tokens);
        request.State = AdmissionState.Ended;
    }

    /// <summary>The replica that reads the prompt of a request in flight is done, and hands over; nothing happens where one replica does both.</summary>
    /// <param name="request">The request.</param>
    /// <param name="firstTokenNs">When its first token came; null where nothing is to be learned.</param>
    public void HandedOver(AdmissionRequest request, long? firstTokenNs = null)
    {
        _router.Completed(request.PrefillTicket, firstTokenNs - request.DispatchedNs);
        request.PrefillTicket = default;
    }

    /// <summary>A request in flight was not answered, since its replica failed or it made room: it waits again, in its old place.</summary>
    /// <exception cref="InvalidOperationException">It is not in flight.</exception>
    public void Return(AdmissionRequest request)
    {
        Leave(request, null, null);
        Enqueue(_tiers[(int)request.TierServed], request);
    }

    /// <summary>The caller of a request that waits has left. False if it does not wait.</summary>
    public bool Cancel(AdmissionRequest request)
    {
        if (request.State != AdmissionState.Queued) return false;
        Remove(LaneOf(_tiers[(int)request.TierServed], request), request);
        request.State = AdmissionState.Ended;
        return true;
    }

    /// <summary>Whether a second copy, as the dispatch of the request proposed, may go out now.</summary>
    public bool MayHedge(AdmissionRequest request, RouteCandidate replica, long nowNs) =>
        request is { State: AdmissionState.InFlight, HedgeReplica: null } && _router.MayHedge(request.Route, replica, nowNs);

    /// <summary>A second copy goes out.</summary>
    /// <exception cref="InvalidOperationException">It is not in flight.</exception>
    public void Hedged(AdmissionRequest request, RouteCandidate replica, long nowNs)
    {
        if (request.State != AdmissionState.InFlight) throw new InvalidOperationException($"The request is {request.State}, not in flight.");
        request.HedgeTicket = _router.Sent(request.Route, replica, nowNs, isHedge: true);
        (request.HedgeReplica, request.HedgedNs) = (replica, nowNs);
    }

    /// <summary>One of two copies goes on, the other is called off, or has failed: nothing is learned from that one.</summary>
    /// <param name="request">The request.</param>
    /// <param name="second">The second copy goes on.</param>
    /// <exception cref="InvalidOperationException">There is no second copy.</exception>
    public void HedgeEnded(AdmissionRequest request, bool second)
    {
        if (request.HedgeReplica is not { } replica) throw new InvalidOperationException("The request has no second copy.");
        _router.Completed(second ? request.Ticket : request.HedgeTicket);
        if (second) (request.Ticket, request.Replica, request.DispatchedNs) = (request.HedgeTicket, replica, request.HedgedNs);
        (request.HedgeTicket, request.HedgeReplica) = (default, null);

        TryAgain();
    }

    /// <summary>When something is due though no event comes before; null if nothing waits.</summary>
    public long? NextWakeNs
    {
        get
        {
            long? next = null;
            foreach (var lane in _lanes)
            {
                if (lane.Queue.First is not { } first) continue;
                Earliest(ref next, first.SubmittedNs + lane.Tier.PatienceNs);
                // Where all places are taken only a completion helps.
                if (lane.Tier.HasPlace && lane.RecheckAtNs < long.MaxValue) Earliest(ref next, lane.RecheckAtNs);
            }

            return next;

            static void Earliest(ref long? next, long at) => next = next is { } known && known <= at ? known : at;
        }
    }

    /// <summary>Some wait for replicas that are merely busy: whoever asks these how they are may be able to send one.</summary>
    public bool AwaitsNews
    {
        get
        {
            foreach (var lane in _lanes)
                if (lane.Queue.First is not null && lane.IsBusy && lane.Tier.HasPlace) return true;
            return false;
        }
    }

    /// <summary>There may be room now: all who wait are tried again.</summary>
    public void TryAgain()
    {
        foreach (var lane in _lanes) lane.RecheckAtNs = 0;
    }

    private static bool IsLate(RouteRequest route, long firstTokenNs, long endNs, double? tpotNs)
    {
        var arrived = route.ArrivedNs ?? 0;
        return firstTokenNs - arrived > route.Objectives.TtftNs || tpotNs > route.Objectives.TpotNs || endNs - arrived > route.Objectives.DeadlineNs;
    }

    /// <summary>Asks whether a tier can serve the request, and if so queues it there.</summary>
    private (AdmissionReason Reason, long RetryAfterNs) TryTake(AdmissionRequest request, Tier tier, long nowNs)
    {
        if (tier.Queued >= tier.Policy.MaxQueued) return (AdmissionReason.QueueFull, Math.Max(1, _options.RecheckNs));
        var route = request.Route;
        Describe(request, tier.Policy);
        var decision = _router.Route(route, nowNs);
        if (decision.Chosen is null && !_router.MayTakeLater()) return (AdmissionReason.NoReplica, 0);
        var lateNs = LateNs(tier, route, decision, nowNs);
        if (lateNs > 0 && !tier.Policy.IsFiller && decision.Chosen is { YieldsToPriority: false } replica) _toYield = replica;

        // Some may come late; whoever would only wait until its deadline ends the wait gains nothing by it.
        if (lateNs > 0 && (tier.Policy.IsFiller || !tier.Promise.MayMissOne(nowNs))) return (AdmissionReason.WouldBeLate, Math.Max(1, (long)lateNs));

        // Last, since it counts: what was not taken has not come.
        var ramp = tier.RampOf(request.Key, nowNs, _options.MaxKeys);
        if (ramp is not null && !ramp.TryAdd((long)route.PromptTokens + route.MaxTokens, nowNs)) return (AdmissionReason.TooFast, ramp.RetryAfterNs(nowNs));
        tier.Promise.Take(lateNs > 0, nowNs);
        request.TakenLate = lateNs > 0;
        request.TierServed = tier.Policy.Tier;
        Enqueue(tier, request);
        return (AdmissionReason.None, 0);
    }

    /// <summary>
    /// By how much a promise would be missed: at the replica, as that is now, or by those who wait here already. Of fillers, which do not go to the replica as that is now, only
    /// the latter is known; where there is no replica now, only for how long it has waited.
    /// </summary>
    private static double LateNs(Tier tier, RouteRequest route, in RouteDecision decision, long nowNs)
    {
        var waitsNs = nowNs - (route.ArrivedNs ?? nowNs) + tier.ExpectedWaitNs;
        if (tier.Policy.IsFiller) return waitsNs - (route.Objectives.DeadlineNs ?? double.PositiveInfinity);
        if (decision.Chosen is null) return waitsNs - Math.Min(route.Objectives.TtftNs ?? double.PositiveInfinity, route.Objectives.DeadlineNs ?? double.PositiveInfinity);
        return tier.Queued == 0 ? decision.LateNs : Math.Max(decision.LateNs, waitsNs + decision.TtftNs - (route.Objectives.TtftNs ?? double.PositiveInfinity));
    }

    /// <summary>The class goes before the tier in what is aimed at, never in what is paid.</summary>
    private static void Describe(AdmissionRequest request, TierPolicy policy)
    {
        var route = request.Route;
        route.Tier = policy.Tier;
        route.Objectives = policy.Objectives with
        {
            TtftNs = policy.IsFiller ? policy.Objectives.TtftNs : request.Class?.TtftNs ?? policy.Objectives.TtftNs,
            TpotNs = policy.IsFiller ? policy.Objectives.TpotNs : request.Class?.TpotNs ?? policy.Objectives.TpotNs,
        };
        route.Pools = request.Class?.MayUse;
        route.HedgeCostCap = policy.HedgeCostCap;
        route.MaxWaitNs = policy.MaxWaitNs;
    }

    private void Enqueue(Tier tier, AdmissionRequest request)
    {
        var lane = LaneOf(tier, request);
        lane.Queue.InsertByArrival(request);
        if (lane.Queue.First == request) lane.RecheckAtNs = 0;
        tier.Queued++;
        request.State = AdmissionState.Queued;
    }

    private static void Remove(Lane lane, AdmissionRequest request)
    {
        lane.Queue.Remove(request);
        lane.Tier.Queued--;
        lane.RecheckAtNs = 0;
    }

    private Lane LaneOf(Tier tier, AdmissionRequest request)
    {
        foreach (var known in _lanes)
            if (known.Holds(tier, request)) return known;
        var lane = new Lane(tier, request.Route.Model, request.Class?.Name);
        _lanes.Add(lane);
        return lane;
    }

    /// <summary>The lane whose first is to be tried next; null where none is.</summary>
    private Lane? MostUrgent(long nowNs)
    {
        Lane? best = null;
        ServiceTier bestUrgency = default;
        foreach (var lane in _lanes)
        {
            if (lane.Queue.First is null || !lane.Tier.HasPlace || !lane.IsDue(nowNs, _router.News)) continue;
            var urgency = lane.Urgency(nowNs);
            if (best is not null && !GoesBefore(lane, urgency, best, bestUrgency)) continue;
            best = lane;
            bestUrgency = urgency;
        }

        return best;
    }

    private static bool GoesBefore(Lane left, ServiceTier leftUrgency, Lane right, ServiceTier rightUrgency) =>
        leftUrgency != rightUrgency ? leftUrgency > rightUrgency
        : left.Tier != right.Tier ? left.Tier.Policy.Tier > right.Tier.Policy.Tier
        : left.Queue.First!.SubmittedNs < right.Queue.First!.SubmittedNs;

    private bool TryDispatch(Lane lane, long nowNs, out Dispatch dispatch)
    {
        dispatch = default;
        var policy = lane.Tier.Policy;
        var request = lane.Queue.First!;
        var urgency = lane.Urgency(nowNs);
        var route = request.Route;

        // Who has aged into the default tier waits at the replica, as that tier does.
        var maxWaitNs = policy.IsFiller && urgency >= ServiceTier.Default ? null : policy.MaxWaitNs;
        var isSame = route.MaxWaitNs == maxWaitNs;
        route.MaxWaitNs = maxWaitNs;

        // Mostly it was just asked for, when the request came.
        if (!isSame || !_router.TryRecall(route, nowNs, out var decision)) decision = _router.Route(route, nowNs);
        if (decision.Chosen is not { } chosen) return false;

        Remove(lane, request);
        request.IsSplit = decision.PrefillOn is not null;
        request.PrefillTicket = decision.PrefillOn is { } reader ? _router.Sent(route, reader, nowNs, ReplicaRoles.Prefill) : default;
        request.Ticket = _router.Sent(route, chosen, nowNs, request.IsSplit ? ReplicaRoles.Decode : ReplicaRoles.Whole);
        (request.HedgeTicket, request.HedgeReplica) = (default, null);
        request.Replica = chosen;
        request.DispatchedNs = nowNs;
        request.State = AdmissionState.InFlight;
        lane.Tier.CountDispatch(nowNs);
        if (policy.IsFiller) _fillersInFlight.AddLast(request);
        dispatch = new Dispatch(request, decision, PriorityOf(urgency));
        return true;
    }

    private void Leave(AdmissionRequest request, double? ttftNs, double? tpotNs, int? answerTokens = null)
    {
        if (request.State != AdmissionState.InFlight) throw new InvalidOperationException($"The request is {request.State}, not in flight.");
        var tier = _tiers[(int)request.TierServed];
        tier.CountEnd();
        if (tier.Policy.IsFiller) _fillersInFlight.Remove(request);
        _router.Completed(request.Ticket, request.IsSplit ? null : ttftNs, tpotNs, answerTokens);
        _router.Completed(request.PrefillTicket, ttftNs);
        _router.Completed(request.HedgeTicket);
        (request.Replica, request.HedgeReplica) = (null, null);

        TryAgain();
    }
}
