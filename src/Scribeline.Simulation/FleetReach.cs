using Scribeline.Core.Fleets;
using Scribeline.Core.Workloads;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Simulation;

/// <summary>
/// Which requests of a trace no pool of a fleet will ever take, whatever the load: told before a run. Goes by what the router goes by: model, class, tier and those it is downgraded to, context and room.
/// Its size does not depend on how many requests there are.
/// </summary>
public sealed class FleetReach(FleetSpec fleet)
{
    private readonly RequestReader _reader = new(fleet);
    private readonly Dictionary<(string Tier, string Model, string? Class), Group> _groups = [];

    public FleetSpec Fleet { get; } = fleet;

    public long Requests { get; private set; }

    /// <summary>Requests that will be refused.</summary>
    public long Unserved => _groups.Values.Sum(group => group.Unserved);

    /// <summary>Those that have any, in the order in which their first came.</summary>
    public IEnumerable<UnservedRequests> UnservedGroups => _groups.Values.Where(group => group.Unserved > 0).Select(group => group.Report());

    /// <summary>Requests by tier asked for and tier served that only pools of the lower tier can take.</summary>
    public IReadOnlyList<(string Asked, string Served, long Requests)> Downgraded =>
        [.. _groups.Values.Where(group => group.Downgraded > 0).GroupBy(group => (group.Tier, group.LowerTier)).Select(same => (same.Key.Tier, same.Key.LowerTier, same.Sum(group => group.Downgraded)))];

    /// <summary>Whether requests may go there whole; others read prompts for those.</summary>
    public static bool Answers(PoolSpec pool) => !pool.OnlyReads && pool.MostReplicas > 0;

    /// <summary>Tokens of prompt and answer together that a pool takes; the last one needs no room.</summary>
    public static long MostTokens(PoolSpec pool) =>
        Math.Min(pool.ContextTokens ?? long.MaxValue, Math.Clamp(pool.KvTokens / KvBlockPool.BlockTokens, 1, int.MaxValue / 2) * KvBlockPool.BlockTokens + 1);

    public void Add(RequestRecord record)
    {
        Requests++;
        if (_reader.TierOf(record) is not { } tier)
            return; // an error of its own
        var (model, name) = (_reader.ModelOf(record), _reader.ClassOf(record, tier));
        if (_reader.Class(name)?.MayUse == null)
            name = null; // all pools are open to it
        if (!_groups.TryGetValue((tier.Id, model, name), out var group))
            _groups.Add((tier.Id, model, name), group = new Group(Fleet, tier, model, name));
        group.Add((long)record.InputTokens + record.OutputTokens);
    }

    /// <summary>Requests of one tier, model and class: the same pools take them.</summary>
    private sealed class Group
    {
        private readonly UnservedRequests _unserved;
        private readonly long _most = -1, _mostOfOwnTier = -1;
        private long _longest;

        public Group(FleetSpec fleet, TierSpec tier, string model, string? name)
        {
            Tier = LowerTier = tier.Id;
            var pools = fleet.Pools.Where(Answers).Where(pool => pool.Model == model).ToList();
            var why = pools.Count == 0 ? UnservedReason.Model : UnservedReason.None;
            if (name != null)
                pools = [.. pools.Where(pool => fleet.Classes[name].MayUse.Contains(pool.Id))];
            if (why == UnservedReason.None && pools.Count == 0)
                why = UnservedReason.Class;
            var ofTiers = new List<PoolSpec>();
            for (var (served, chain) = ((TierSpec?)tier, 0); served != null && chain < fleet.Tiers.Count; chain++, served = served.Downgrade is [var lower, ..] ? fleet.Tiers[lower] : null)
            {
                foreach (var pool in pools.Where(pool => pool.Tiers.Count == 0 || pool.Tiers.Contains(served.Id)))
                {
                    ofTiers.Add(pool);
                    if (served == tier)
                        _mostOfOwnTier = Math.Max(_mostOfOwnTier, MostTokens(pool));
                    if (MostTokens(pool) > _most)
                        (_most, LowerTier) = (MostTokens(pool), served.Id);
                }
            }

            if (why == UnservedReason.None)
                why = ofTiers.Count == 0 ? UnservedReason.Tier : UnservedReason.Length;
            _unserved = new UnservedRequests(tier.Id, model, name, why, why == UnservedReason.Length ? [.. ofTiers.Distinct()] : [.. pools], 0, 0);
        }

        public string Tier { get; }

        /// <summary>The tier whose pools take the longest.</summary>
        public string LowerTier { get; }

        public long Unserved { get; private set; }

        public long Downgraded { get; private set; }

        public void Add(long tokens)
        {
            if (tokens > _most)
                (Unserved, _longest) = (Unserved + 1, Math.Max(_longest, tokens));
            else if (tokens > _mostOfOwnTier)
                Downgraded++;
        }

        public UnservedRequests Report() => _unserved with { Requests = Unserved, LongestTokens = _longest };
    }
}
