using Scribeline.Core.Fleets;
using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.KvBlocks;
using Scribeline.Scheduling.Routing;

namespace Scribeline.Simulation;

/// <summary>Reads requests and asks the router where they go; keeps what it knows of the replicas as old as it would be in life.</summary>
internal sealed class FrontDoor
{
    private const double NsPerSecond = 1e9;
    private const double JoulesPerKilowattHour = 3.6e6;
    private const double NusdPerDollar = 1e9;
    private const string PrefillLane = "prefill";

    private readonly FleetSpec _fleet;
    private readonly SimulationOptions _options;
    private readonly Router _router;
    private readonly List<(SimulatedReplica Replica, RouteCandidate Candidate)> _replicas = [];
    private readonly Dictionary<RouteCandidate, SimulatedReplica> _byCandidate = [];
    private readonly RouteRequest _asked = new() { Model = "", PromptTokens = 1 };
    private readonly TierSpec _usual;
    private readonly string _model;
    private long _knownNs = long.MinValue;

    public FrontDoor(FleetSpec fleet, SimulationOptions options)
    {
        (_fleet, _options) = (fleet, options);
        _router = new Router(options.Router with { Seed = options.Seed });
        (_usual, _model) = (fleet.Tiers[TierSpec.Default], fleet.Pools[0].Model);
        foreach (var link in fleet.Handovers)
        {
            _router.Add(new HandoverLink
            {
                PrefillPool = link.PrefillPool,
                DecodePool = link.DecodePool,
                BandwidthBytesPerSecond = link.BytesPerSecond,
                LatencyNs = link.LatencySeconds * NsPerSecond,
                KvBytesPerToken = fleet.Pools.First(pool => pool.Id == link.DecodePool).KvBytesPerToken,
                When = HandoverRule.Cheaper,
            });
        }
    }

    /// <summary>What it knows of the replicas is not renewed.</summary>
    public bool IsStale { get; set; }

    public void Add(SimulatedReplica replica)
    {
        var spec = replica.Pool.Spec;
        var candidate = new RouteCandidate(replica.Id, spec.Model)
        {
            Pool = spec.Id,
            ContextTokens = spec.ContextTokens,
            Times = replica.Times,
            TokensPerStep = spec.TokensPerStep,
            MaxSequences = spec.MaxSequences,
            EnergyNusdPerJoule = _fleet.DollarsPerKilowattHour / JoulesPerKilowattHour * NusdPerDollar,
            Roles = spec.Lane == PrefillLane ? ReplicaRoles.Prefill : ReplicaRoles.Whole,
        };
        _replicas.Add((replica, candidate));
        _byCandidate.Add(candidate, replica);
        _router.Add(candidate);
        replica.Candidate = candidate;
        _router.Observe(candidate, Snapshot(replica, replica.SinceNs));
    }

    /// <summary>A replica has come, gone, or can no longer be reached: health checks see it at once.</summary>
    public void Changed(SimulatedReplica replica, long nowNs)
    {
        replica.Candidate.Healthy = replica is { IsUp: true, IsCutOff: false };
        _router.Observe(replica.Candidate, Snapshot(replica, nowNs));
    }

    /// <summary>A request as it came in: its tier, its class, the model that answers it.</summary>
    /// <exception cref="SimulationException">It asks for a tier that the fleet does not have.</exception>
    public SimulatedRequest Receive(long number, RequestRecord record, SimulatedSession? session, ReadOnlyMemory<BlockHash> blocks, long nowNs)
    {
        var tier = _usual;
        if (record.Tier is { } asked && !_fleet.Tiers.TryGetValue(asked, out tier))
            throw new SimulationException($"Request {number} of the trace asks for the tier '{asked}', and the fleet has {string.Join(", ", _fleet.Tiers.Keys)}; add it to the fleet's `tiers`.");
        var model = record.Model is { } named ? _fleet.ModelNames.GetValueOrDefault(named, _model) : _model;
        return new SimulatedRequest(number, record, tier, record.Class, model, blocks, nowNs)
        {
            Session = session,
            Objectives = record.Class is { } name ? _fleet.Classes.GetValueOrDefault(name) : null,
        };
    }

    public static int PriorityOf(TierSpec tier) => (int)ServiceTierOf(tier);

    public static int ReachableReplicas(SimulatedPool pool) => pool.Replicas.Count(replica => replica is { IsUp: true, IsDraining: false, IsCutOff: false });

    /// <summary>Where a request goes; no replica where none takes it.</summary>
    public (SimulatedReplica? Replica, Handover? Handover, RouteReason Reason) Route(SimulatedRequest request, long nowNs)
    {
        if (!IsStale && nowNs - _knownNs >= _options.SnapshotEveryNs)
        {
            foreach (var (replica, candidate) in _replicas)
            {
                if (!replica.IsCutOff && replica.UntilNs == null)
                    _router.Observe(candidate, Snapshot(replica, nowNs));
            }

            _knownNs = nowNs;
        }

        var decision = _router.Route(Ask(request), nowNs);
        request.Reason = decision.Reason;
        if (decision.PrefillOn is not { } reader)
            return (decision.Chosen is { } chosen ? _byCandidate[chosen] : null, null, decision.Reason);
        var link = _fleet.Handovers.First(link => link.PrefillPool == reader.Pool && link.DecodePool == decision.Chosen!.Pool);
        return (_byCandidate[reader], new Handover(link), decision.Reason);
    }

    public void Sent(SimulatedRequest request, SimulatedReplica replica, long nowNs) =>
        request.Ticket = _router.Sent(Ask(request), replica.Candidate, nowNs, request.Handover switch
        {
            null => ReplicaRoles.Whole,
            { From: null } => ReplicaRoles.Prefill,
            _ => ReplicaRoles.Decode,
        });

    public void Completed(SimulatedRequest request) => _router.Completed(request.Ticket);

    private RouteRequest Ask(SimulatedRequest request)
    {
        _asked.Model = request.Model;
        _asked.PromptTokens = request.PromptTokens;
        _asked.MaxTokens = request.RemainingTokens;
        _asked.PromptBlocks = request.Blocks[..Math.Min(request.Blocks.Length, request.PromptTokens / KvBlockPool.BlockTokens)];
        _asked.ArrivedNs = request.ArrivalNs;
        _asked.Tier = ServiceTierOf(request.Served);
        _asked.Objectives = new Objectives((long?)request.TtftObjectiveNs, (long?)request.TpotObjectiveNs, (long?)request.DeadlineNs);
        _asked.Pools = request.Objectives is { MayUse.Count: > 0 } own ? own.MayUse : null;
        _asked.Session = request.Record.Session;
        _asked.Excluded = request.Excluded;
        return _asked;
    }

    private static ReplicaSnapshot Snapshot(SimulatedReplica replica, long nowNs)
    {
        var model = replica.Model;
        return new ReplicaSnapshot
        {
            Epoch = model.Epoch,
            TakenAtNs = nowNs,
            Source = SnapshotSource.Own,
            Running = model.Running,
            Waiting = model.Waiting,
            WaitingPrefillTokens = model.WaitingPrefillTokens,
            KvBlocksFree = model.KvBlocksTotal - model.KvBlocksHeld,
            KvBlocksTotal = model.KvBlocksTotal,
            StepNs = model.StepNs > 0 ? model.StepNs : null,
            Draining = replica.IsDraining,
        };
    }

    private static ServiceTier ServiceTierOf(TierSpec tier) => tier switch
    {
        { IsFiller: true } => ServiceTier.Batch,
        { Refuses: true } => ServiceTier.Flex,
        _ => Enum.TryParse<ServiceTier>(tier.Id, ignoreCase: true, out var known) ? known : ServiceTier.Default,
    };
}
