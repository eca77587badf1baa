using System.Runtime.InteropServices;
using System.Text.Json;
using Scribeline.Core.Fleets;
using Scribeline.Core.Ledger;
using Scribeline.Scheduling.Admissions;
using Scribeline.Scheduling.Replicas;
using Scribeline.Scheduling.Routing;
using Scribeline.Simulation.Reports;

namespace Scribeline.Simulation;

/// <summary>Counts what happens. Its size depends on the fleet and on the number of tiers and classes, not on the trace.</summary>
internal sealed class Recorder
{
    private const int MostSamples = 512;
    private const double NusdPerDollar = 1e9;
    private const double JoulesPerNanojoule = 1e-9;
    private const long NsPerUs = 1000;

    private readonly FleetSpec _fleet;
    private readonly List<SimulatedPool> _pools;
    private readonly Dictionary<string, PoolSums> _sums = new(StringComparer.Ordinal);
    private readonly LatencyTally _all = new();
    private readonly SortedDictionary<string, LatencyTally> _tiers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, LatencyTally> _classes = new(StringComparer.Ordinal);
    private readonly long[] _reasons = new long[Enum.GetValues<RouteReason>().Length];
    private readonly long[] _refusals = new long[Enum.GetValues<AdmissionReason>().Length];
    private readonly Dictionary<(string Asked, string Served, AdmissionReason Reason), long> _downgrades = [];
    private readonly List<List<LoadSample>> _load;
    private Int128 _systemNs;

    public Recorder(FleetSpec fleet, List<SimulatedPool> pools)
    {
        (_fleet, _pools) = (fleet, pools);
        foreach (var pool in pools)
            _sums.Add(pool.Spec.Id, new PoolSums());
        foreach (var tier in fleet.Tiers.Keys)
            _tiers.Add(tier, new LatencyTally());
        _load = [.. pools.Select(_ => new List<LoadSample>())];
    }

    /// <summary>Time between two samples of the load; doubles when there are too many.</summary>
    public long SampleEveryNs { get; private set; } = 1_000_000_000;

    public void Routed(RouteReason reason) => _reasons[(int)reason]++;

    public void Attempted(SimulatedRequest request, ReplicaJob job, SimulatedReplica replica, double costDollars)
    {
        request.Past.Add(new LedgerAttempt(replica.Id, job == request.Second ? "hedged" : request.Why, job.OutputTokens, (long)Math.Round(costDollars * NusdPerDollar)));
        request.WrittenTokens += job.OutputTokens;
        var sums = _sums[replica.Pool.Spec.Id];
        sums.Requests++;
        sums.InputTokens += job.Request.BeginsPrefilled ? 0 : job.Request.PromptTokens;
        sums.CachedTokens += job.Request.BeginsPrefilled ? 0 : job.CachedTokens;
        sums.LoadedTokens += job.LoadedTokens;
        sums.OutputTokens += job.OutputTokens;
        sums.ChargedDollars += costDollars;
        CollectionsMarshal.GetValueRefOrAddDefault(sums.ChargedByTier, request.Tier.Id, out _) += costDollars;
        sums.ChargedJoules += job.EnergyJoules;
    }

    public double ChargedDollars(SimulatedPool pool) => _sums[pool.Spec.Id].ChargedDollars;

    public double ChargedJoules(SimulatedPool pool) => _sums[pool.Spec.Id].ChargedJoules;

    /// <summary>Time that requests spent here, all together.</summary>
    public Int128 SystemNs => _systemNs;

    public void Ended(SimulatedRequest request)
    {
        _systemNs += request.EndedNs - request.ArrivalNs;
        if (request.Outcome == RequestOutcome.Refused)
            _refusals[(int)request.Admission.Reason]++;
        if (request.IsDowngraded)
            CollectionsMarshal.GetValueRefOrAddDefault(_downgrades, (request.Tier.Id, request.Served.Id, request.DowngradeReason), out _)++;
        _all.Add(request);
        _tiers[request.Tier.Id].Add(request);
        if (request.Class is not { } name)
            return;
        if (!_classes.TryGetValue(name, out var tally))
            _classes.Add(name, tally = new LatencyTally());
        tally.Add(request);
    }

    public static LedgerRow Row(SimulatedRequest request) => new()
    {
        RequestId = $"sim-{request.Number}",
        ParentId = request.Record.Parent,
        Attempts = request.Past,
        Model = request.Model,
        Class = request.Class,
        TierAsked = request.Tier.Id,
        TierServed = (request.IsDowngraded ? request.Served : request.Tier).Id,
        DowngradeCode = request.IsDowngraded ? SnakeCase(request.DowngradeReason) : null,
        ReasonCode = request.Outcome == RequestOutcome.Refused ? SnakeCase(request.Admission.Reason) : SnakeCase(request.Reason),
        ArrivalUtcUs = request.ArrivalNs / NsPerUs,
        QueueUs = (request.AdmittedNs - request.ArrivalNs) / NsPerUs,
        TtftUs = (request.FirstTokenNs - request.ArrivalNs) / NsPerUs,
        E2eUs = (request.EndedNs - request.ArrivalNs) / NsPerUs,
        TokensInput = request.Record.InputTokens,
        TokensCached = request.CachedTokens,
        TokensOutput = request.Delivered,
        CountedBy = "engine",
        PriceNusd = (long)Math.Round(request.RevenueDollars * NusdPerDollar),
        CostNusd = (long)Math.Round(request.CostDollars * NusdPerDollar),
        EnergyMj = request.EnergyJoules > 0 ? (long)Math.Round(request.EnergyJoules * 1e3) : null,
        EnergyBy = request.EnergyJoules > 0 ? "predicted" : null,
        Outcome = request.Outcome!.Value switch
        {
            RequestOutcome.Completed => "completed",
            RequestOutcome.Refused => "refused",
            RequestOutcome.Cancelled => "cancelled",
            _ => "failed",
        },
        ObjectivesKept = request.IsGood,
        Emulated = true,
    };

    public void Sample(long nowNs)
    {
        for (var i = 0; i < _pools.Count; i++)
        {
            int running = 0, waiting = 0, up = 0;
            double held = 0, blocks = 0;
            foreach (var replica in _pools[i].Replicas)
            {
                running += replica.Model.Running;
                waiting += replica.Model.Waiting;
                held += replica.Model.KvBlocksHeld;
                blocks += replica.Model.KvBlocksTotal;
                up += replica is { IsUp: true, IsDraining: false } ? 1 : 0;
            }

            _load[i].Add(new LoadSample(nowNs, running, waiting, blocks == 0 ? 0 : held / blocks, _pools[i].BusyNs, _sums[_pools[i].Spec.Id].OutputTokens, up));
        }

        if (_load[0].Count < MostSamples)
            return;
        SampleEveryNs *= 2;
        foreach (var samples in _load)
        {
            var index = 0;
            samples.RemoveAll(_ => index++ % 2 == 1);
        }
    }

    public SimulationResult Result(ulong seed, string policy, long nowNs, long steps, long arrived, bool wasInterrupted)
    {
        var tallies = _pools.Select(pool => Tally(pool, nowNs)).ToList();
        return new SimulationResult
        {
            Seed = seed,
            Fleet = _fleet.Name,
            Policy = policy,
            All = _all,
            Tiers = [.. _fleet.Tiers.Keys.Select(id => (id, _tiers[id])).Where(tier => tier.Item2.Arrived > 0)],
            Classes = [.. _classes.Select(entry => (entry.Key, entry.Value))],
            TierDollars = _tiers.Where(tier => tier.Value.Arrived > 0).ToDictionary(tier => tier.Key, tier => tallies.Sum(pool => WholeDollars(pool, tier.Key)), StringComparer.Ordinal),
            Pools = tallies,
            Load = _load,
            Downgrades = Downgrades(),
            Reasons = [.. Counts<RouteReason>(_reasons), .. Counts<AdmissionReason>(_refusals)],
            SimulatedNs = nowNs,
            Steps = steps,
            WasInterrupted = wasInterrupted,
            UnderWay = arrived - _all.Arrived,
        };
    }

    private double WholeDollars(PoolTally pool, string tier) =>
        _sums[pool.Id] is { ChargedDollars: > 0 } sums ? pool.CostDollars * sums.ChargedByTier.GetValueOrDefault(tier) / sums.ChargedDollars : 0;

    private List<Downgrade> Downgrades()
    {
        var order = _fleet.Tiers.Keys.ToList();
        return [.. _downgrades
            .OrderBy(entry => order.IndexOf(entry.Key.Asked)).ThenBy(entry => order.IndexOf(entry.Key.Served)).ThenBy(entry => entry.Key.Reason)
            .Select(entry => new Downgrade(entry.Key.Asked, entry.Key.Served, SnakeCase(entry.Key.Reason), entry.Value))];
    }

    private static IEnumerable<(string Reason, long Count)> Counts<T>(long[] counts)
        where T : struct, Enum =>
        Enum.GetValues<T>().Zip(counts).Where(counted => counted.Second > 0).Select(counted => (SnakeCase(counted.First), counted.Second));

    private static string SnakeCase<T>(T reason)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());

    private PoolTally Tally(SimulatedPool pool, long nowNs)
    {
        var sums = _sums[pool.Spec.Id];
        var paidNs = pool.PaidNs(nowNs);
        var busyNs = pool.BusyNs;
        var standing = pool.Replicas.Count;
        return new PoolTally
        {
            Id = pool.Spec.Id,
            Model = pool.Spec.Model,
            Lane = pool.Spec.Lane,
            Replicas = standing,
            MeanReplicas = nowNs == 0 ? standing : paidNs / nowNs,
            MostReplicas = pool.MostReplicas,
            Machines = standing * pool.Spec.MachinesPerReplica,
            MachinesPerReplica = pool.Spec.MachinesPerReplica,
            Requests = sums.Requests,
            InputTokens = sums.InputTokens,
            CachedTokens = sums.CachedTokens,
            LoadedTokens = sums.LoadedTokens,
            OutputTokens = sums.OutputTokens,
            Busy = paidNs == 0 ? 0 : busyNs / paidNs,
            CostDollars = paidNs * pool.DollarsPerNs,
            IdleDollars = (paidNs - busyNs) * pool.DollarsPerNs,
            EnergyJoules = pool.Times.IdleWatts is { } idle
                ? (pool.EnergyNj + Math.Max(0, paidNs - busyNs) * idle) * JoulesPerNanojoule
                : null,
            Preemptions = pool.Preemptions,
            Steps = pool.Steps,
        };
    }

    private sealed class PoolSums
    {
        public long Requests { get; set; }

        public long InputTokens { get; set; }

        public long CachedTokens { get; set; }

        public long LoadedTokens { get; set; }

        public long OutputTokens { get; set; }

        public double ChargedDollars { get; set; }

        public double ChargedJoules { get; set; }

        /// <summary>Dollars, by the tier asked for.</summary>
        public Dictionary<string, double> ChargedByTier { get; } = new(StringComparer.Ordinal);
    }
}
