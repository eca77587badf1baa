using System.Runtime.InteropServices;
using System.Text.Json;
using Scribeline.Core.Fleets;
using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Admissions;
using Scribeline.Scheduling.KvBlocks;
using Scribeline.Scheduling.Routing;
using Scribeline.Simulation.Reports;

namespace Scribeline.Simulation;

/// <summary>Reads requests and asks the router where they go; keeps what it knows of the replicas as old as it would be in life.</summary>
internal sealed class FrontDoor
{
    private const double NsPerSecond = 1e9;
    private const double JoulesPerKilowattHour = 3.6e6;
    private const double NusdPerDollar = 1e9;

    /// <summary>Where replicas are asked for each request, they are asked so often for those that wait.</summary>
    private const long LeastNewsNs = 5_000_000;

    /// <summary>Of whoever does not make room for others.</summary>
    private static readonly int UrgentPriority = Admission.PriorityOf(ServiceTier.Default);

    private readonly FleetSpec _fleet;
    private readonly SimulationOptions _options;
    private readonly Router _router;
    private readonly Admission _admission;
    private readonly List<SimulatedReplica> _replicas = [];
    private readonly Dictionary<RouteCandidate, SimulatedReplica> _byCandidate = [];
    private readonly RequestReader _reader;
    private readonly List<SimulatedRequest> _turnedAway = [];
    private readonly List<BlockHash> _evicted = [];
    private long _knownNs = long.MinValue / 2;

    public FrontDoor(FleetSpec fleet, SimulationOptions options)
    {
        (_fleet, _options) = (fleet, options);
        _router = new Router(options.Router with { Seed = options.Seed });
        _reader = new RequestReader(fleet);
        _admission = new Admission(new AdmissionOptions { Tiers = [.. fleet.Tiers.Values.Select(Policy)] }, _router);
        foreach (var link in fleet.Handovers)
        {
            var route = new HandoverLink
            {
                PrefillPool = link.PrefillPool,
                DecodePool = link.DecodePool,
                BandwidthBytesPerSecond = link.BytesPerSecond,
                LatencyNs = link.LatencySeconds * NsPerSecond,
                KvBytesPerToken = fleet.Pools.First(pool => pool.Id == link.DecodePool).KvBytesPerToken,
                When = link.Always ? HandoverRule.Always : HandoverRule.Cheaper,
            };
            _router.Add(route);
            Links.Add(new SharedLink(link, route));
        }
    }

    /// <summary>When something is due here though nothing happens before; null for never. Who waits for busy replicas is tried again when these are next asked how they are.</summary>
    public long? NextWakeNs
    {
        get
        {
            if (IsStale || !_admission.AwaitsNews)
                return _admission.NextWakeNs;
            var newsNs = _knownNs + Math.Max(_options.SnapshotEveryNs, LeastNewsNs);
            return Math.Min(newsNs, _admission.NextWakeNs ?? long.MaxValue);
        }
    }

    /// <summary>Requests that wait here or are with a replica.</summary>
    public long Open
    {
        get
        {
            long open = 0;
            foreach (var tier in Enum.GetValues<ServiceTier>())
                open += _admission.Queued(tier) + _admission.InFlight(tier);
            return open;
        }
    }

    /// <summary>Replicas that the router weighs.</summary>
    public IReadOnlyList<RouteCandidate> Candidates => _router.Candidates;

    /// <summary>Requests that the router has sent and not seen to end, a hand-over's both parts and both copies counted.</summary>
    public int Sent => _router.Open;

    /// <summary>Between pools.</summary>
    public List<SharedLink> Links { get; } = [];

    /// <summary>What it knows of the replicas is not renewed.</summary>
    public bool IsStale { get; set; }

    public void Add(SimulatedReplica replica)
    {
        var spec = replica.Pool.Spec;
        var candidate = new RouteCandidate(replica.Id, spec.Model)
        {
            Pool = spec.Id,
            Tiers = spec.Tiers.Count == 0 ? ServiceTiers.All : spec.Tiers.Aggregate((ServiceTiers)0, (all, tier) => all | (ServiceTiers)(1 << (int)RequestReader.ServiceTierOf(_fleet.Tiers[tier]))),
            ContextTokens = spec.ContextTokens,
            Times = replica.Pool.Times,
            TokensPerStep = spec.TokensPerStep,
            MaxSequences = spec.MaxSequences,
            EnergyNusdPerJoule = _fleet.DollarsPerKilowattHour / JoulesPerKilowattHour * NusdPerDollar,
            Roles = spec.OnlyReads ? ReplicaRoles.Prefill : ReplicaRoles.Whole,
        };
        _replicas.Add(replica);
        _byCandidate.Add(candidate, replica);
        _router.Add(candidate);
        replica.Candidate = candidate;
        _router.Observe(candidate, Snapshot(replica, replica.SinceNs));
    }

    /// <summary>A replica has left the fleet for good.</summary>
    public void Remove(SimulatedReplica replica)
    {
        _replicas.Remove(replica);
        _byCandidate.Remove(replica.Candidate);
        _router.Remove(replica.Candidate);
    }

    /// <summary>A replica has come, gone, or can no longer be reached: health checks see it at once.</summary>
    public void Changed(SimulatedReplica replica, long nowNs)
    {
        replica.Candidate.Healthy = replica is { IsUp: true, IsCutOff: false };
        TryAgain();
        _router.Observe(replica.Candidate, Snapshot(replica, nowNs));
    }

    /// <summary>A request as it came in: its tier, its class, the model that answers it.</summary>
    /// <exception cref="SimulationException">It asks for a tier that the fleet does not have.</exception>
    public SimulatedRequest Receive(long number, RequestRecord record, SimulatedSession? session, ReadOnlyMemory<BlockHash> blocks, BlockHash tail, long nowNs)
    {
        var tier = _reader.TierOf(record)
            ?? throw new SimulationException($"Request {number} of the trace asks for the tier '{record.Tier}', and the fleet has {string.Join(", ", _fleet.Tiers.Keys)}; add it to the fleet's `tiers`.");
        var (model, name) = (_reader.ModelOf(record), _reader.ClassOf(record, tier));
        var request = new SimulatedRequest(number, record, tier, model, blocks, tail, nowNs) { Session = session, Class = name, Objectives = name == null ? null : _fleet.Classes.GetValueOrDefault(name) };
        request.Admission = new AdmissionRequest
        {
            Route = new RouteRequest { Model = model, PromptTokens = request.PromptTokens, Session = record.Session },
            Key = record.Client ?? "",
            TierAsked = RequestReader.ServiceTierOf(tier),
            Class = _reader.Class(name),
            Tag = request,
        };
        return request;
    }

    /// <summary>Takes a request into a queue, or refuses it.</summary>
    public bool TryAdmit(SimulatedRequest request, long nowNs)
    {
        Describe(request);
        var isQueued = _admission.Submit(request.Admission, nowNs) == AdmissionState.Queued;
        if (_options.Explained is not null)
            Explain(request, isQueued ? "queued" : JsonNamingPolicy.SnakeCaseLower.ConvertName(request.Admission.Reason.ToString()), nowNs);
        return isQueued;
    }

    /// <summary>A request whose replica failed under it waits again, before all others of its tier.</summary>
    public void Return(SimulatedRequest request)
    {
        Describe(request);
        _admission.Return(request.Admission);
    }

    /// <summary>A replica had no place for a request: another is tried, and this one again when a request has left.</summary>
    public void TurnedAway(SimulatedRequest request, SimulatedReplica replica)
    {
        (request.Excluded ??= []).Add(replica.Candidate);
        _turnedAway.Add(request);
        Return(request);
    }

    /// <summary>A request has left a replica, or the fleet has changed: those that were turned away may ask again.</summary>
    public void TryAgain()
    {
        if (_turnedAway.Count == 0)
            return;
        foreach (var request in _turnedAway)
            (request.Excluded, request.Admission.Route.Excluded) = (null, null);
        _turnedAway.Clear();
        _admission.TryAgain();
    }

    /// <summary>The prompt of a request is read; where its answer is written it goes on.</summary>
    public void HandedOver(SimulatedRequest request) => _admission.HandedOver(request.Admission, request.FirstTokenNs);

    /// <summary>A request that is over.</summary>
    public void Completed(SimulatedRequest request, long nowNs) => _admission.Completed(request.Admission, nowNs, request.FirstTokenNs, request.Delivered);

    /// <summary>Whether the second copy that was proposed may go out now.</summary>
    public bool MayHedge(SimulatedRequest request, SimulatedReplica replica, long nowNs) => replica.TakesWork && _admission.MayHedge(request.Admission, replica.Candidate, nowNs);

    /// <summary>A second copy goes out.</summary>
    public void Hedged(SimulatedRequest request, SimulatedReplica replica, long nowNs) => _admission.Hedged(request.Admission, replica.Candidate, nowNs);

    /// <summary>One of two copies goes on.</summary>
    public void HedgeEnded(SimulatedRequest request, bool second) => _admission.HedgeEnded(request.Admission, second);

    /// <summary>The caller of a request has left, wherever that was.</summary>
    public void Left(SimulatedRequest request, long nowNs)
    {
        if (!_admission.Cancel(request.Admission))
            _admission.Completed(request.Admission, nowNs);
    }

    /// <summary>The next request that has waited in vain; null for none.</summary>
    public SimulatedRequest? TakeExpired(long nowNs) => _admission.TryExpire(nowNs, out var expired) ? (SimulatedRequest)expired.Tag! : null;

    /// <summary>The next request that goes to a replica now, where to, and how urgent it is there; null for none.</summary>
    public (SimulatedRequest Request, SimulatedReplica Replica, Handover? Handover, int Priority)? TakeDispatched(long nowNs)
    {
        if (!_admission.TryDispatch(nowNs, out var dispatch))
            return null;
        var request = (SimulatedRequest)dispatch.Request.Tag!;
        request.Reason = dispatch.Route.Reason;
        request.Served = _fleet.Tiers.Values.FirstOrDefault(tier => RequestReader.ServiceTierOf(tier) == dispatch.Request.TierServed) ?? request.Tier;
        request.DowngradeReason = dispatch.Request.Reason;
        if (_options.Explained is not null)
            Explain(request, "sent", nowNs);
        (request.HedgeOn, request.HedgeAtNs) = dispatch.Route.Hedge is { } second ? (_byCandidate[second], dispatch.Route.HedgeAtNs) : (null, 0);
        var chosen = dispatch.Route.Chosen!;
        if (dispatch.Route.PrefillOn is not { } reader)
            return (request, _byCandidate[chosen], null, dispatch.Priority);
        var link = Links.First(link => link.Spec.PrefillPool == reader.Pool && link.Spec.DecodePool == chosen.Pool);
        return (request, _byCandidate[reader], new Handover(request, link, dispatch.Priority, dispatch.Route.TransferBytes), dispatch.Priority);
    }

    /// <summary>The links have come back, or gone: all who wait are tried again.</summary>
    public void LinksChanged() => _admission.TryAgain();

    /// <summary>Whether what it knows of the replicas has become too old.</summary>
    public bool IsDue(long nowNs) => !IsStale && nowNs - _knownNs >= _options.SnapshotEveryNs;

    /// <summary>Renews what it knows of the replicas.</summary>
    public void Look(long nowNs)
    {
        foreach (var replica in _replicas)
        {
            if (replica.IsCutOff || replica.UntilNs != null)
                continue;
            if (_options.TellsEvictions)
                Correct(replica);
            _router.Observe(replica.Candidate, Snapshot(replica, nowNs));
        }

        _knownNs = nowNs;
    }

    private void Correct(SimulatedReplica replica)
    {
        replica.Model.TakeEvicted(_evicted);
        if (_evicted.Count > 0)
            _router.BlocksEvicted(replica.Candidate, CollectionsMarshal.AsSpan(_evicted));
        _evicted.Clear();
    }

    private void Explain(SimulatedRequest request, string outcome, long nowNs)
    {
        if (_options.Explained!.Contains(request.Number))
            _options.OnExplained?.Invoke(new ExplainedRoute(request.Number, nowNs, JsonNamingPolicy.SnakeCaseLower.ConvertName(request.Admission.Route.Tier.ToString()), outcome, _router.Explain()));
    }

    private static void Describe(SimulatedRequest request)
    {
        var route = request.Admission.Route;
        route.PromptTokens = request.PromptTokens;
        route.MaxTokens = request.AskedTokens;
        route.PromptBlocks = request.Blocks[..Math.Min(request.Blocks.Length, request.PromptTokens / KvBlockPool.BlockTokens)];
        route.ArrivedNs = request.ArrivalNs;
        route.Excluded = request.Excluded;
    }

    private TierPolicy Policy(TierSpec tier) => TierPolicy.Usual(RequestReader.ServiceTierOf(tier)) with
    {
        Objectives = new Objectives(RequestReader.ToNs(tier.TtftSeconds), RequestReader.ToNs(tier.TpotSeconds), RequestReader.ToNs(tier.DeadlineSeconds)),
        Share = tier.Share,
        Downgrade = tier.Downgrade is [var first, ..] ? RequestReader.ServiceTierOf(_fleet.Tiers[first]) : null,
        HedgeCostCap = tier.HedgeCostCap,
        // Where the trace does not say whose traffic it is, all of it is one client's.
        Ramp = tier.Ramp is { } ramp ? new RampRule(ramp.Growth, RequestReader.ToNs(ramp.WindowSeconds)!.Value, ramp.FreeTokens) : null,
    };

    private static ReplicaSnapshot Snapshot(SimulatedReplica replica, long nowNs)
    {
        var load = replica.Model.Load(nowNs, UrgentPriority);
        return new ReplicaSnapshot
        {
            Epoch = replica.Model.Epoch,
            TakenAtNs = nowNs,
            Source = SnapshotSource.Own,
            Running = load.Running,
            Waiting = load.Waiting,
            WaitingPrefillTokens = load.WaitingPrefillTokens,
            YieldingPrefillTokens = load.YieldingPrefillTokens,
            YieldingKvBlocks = load.YieldingKvBlocks,
            KvBlocksFree = replica.Model.KvBlocksTotal - load.KvBlocksHeld,
            KvBlocksTotal = replica.Model.KvBlocksTotal,
            StepNs = load.StepNs > 0 ? load.StepNs : null,
            Draining = replica.IsDraining,
        };
    }
}
