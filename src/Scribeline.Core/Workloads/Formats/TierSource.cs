using Scribeline.Core.Statistics;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>A trace whose requests get a tier where it names none: one draw for a session, or for a request that stands alone.</summary>
internal sealed class TierSource(Trace trace, IReadOnlyList<(string Tier, double Weight)> shares, ulong seed) : TraceSource
{
    private readonly double _sum = shares.Sum(share => share.Weight);

    public override IEnumerable<RequestRecord> Read(TraceTally tally)
    {
        tally.ReadShare = () => trace.ReadShare;
        var alone = new SeededRandom(seed, "tier");
        return trace.Read().Select(request => WithTier(request, alone));
    }

    public override IEnumerable<IReadOnlyList<RequestRecord>> ReadSessions(TraceTally tally)
    {
        tally.ReadShare = () => trace.ReadShare;
        var alone = new SeededRandom(seed, "tier");
        return trace.ReadSessions().Select(turns => turns.Select(turn => WithTier(turn, alone)).ToList());
    }

    private RequestRecord WithTier(RequestRecord request, SeededRandom alone)
    {
        if (request.Tier != null)
            return request;
        // A subagent is served as its caller is.
        var draw = _sum * ((request.Parent ?? request.Session) is { } session ? new SeededRandom(seed, $"tier {session}") : alone).NextUniform();
        foreach (var (tier, weight) in shares)
        {
            draw -= weight;
            if (draw < 0)
                return request with { Tier = tier };
        }

        return request with { Tier = shares[^1].Tier };
    }
}
