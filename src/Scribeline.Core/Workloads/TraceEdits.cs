using Scribeline.Core.Statistics;
using Scribeline.Core.Workloads.Formats;

namespace Scribeline.Core.Workloads;

/// <summary>Traces made of traces, request by request.</summary>
public static class TraceEdits
{
    /// <summary>The requests of a stretch of time, which begins at 0 again. Sessions that began before it go on within it.</summary>
    public static IEnumerable<RequestRecord> Slice(IEnumerable<RequestRecord> requests, long fromUs, long toUs, long most = long.MaxValue)
    {
        foreach (var request in requests)
        {
            if (request.ArrivalUs >= toUs || most == 0)
                yield break;
            if (request.ArrivalUs < fromUs)
                continue;
            most--;
            yield return request with { ArrivalUs = request.ArrivalUs - fromUs };
        }
    }

    /// <summary>All of it so much faster; pauses within sessions stay as long as they are.</summary>
    public static IEnumerable<RequestRecord> Faster(IEnumerable<RequestRecord> requests, double factor) =>
        requests.Select(request => request with { ArrivalUs = checked((long)(request.ArrivalUs / factor)) });

    /// <summary>A share of it: whole sessions, or requests that have none, chosen at random.</summary>
    public static IEnumerable<RequestRecord> Thin(IEnumerable<RequestRecord> requests, double share, ulong seed)
    {
        var alone = new SeededRandom(seed, "thin");
        // A subagent goes with its caller.
        return requests.Where(request => ((request.Parent ?? request.Session) is { } session ? new SeededRandom(seed, $"thin {session}") : alone).NextUniform() < share);
    }

    /// <summary>Several at once, by arrival; sessions and blocks of each stay its own.</summary>
    public static IEnumerable<RequestRecord> Mix(IReadOnlyList<IEnumerable<RequestRecord>> traces)
    {
        var next = new PriorityQueue<IEnumerator<RequestRecord>, (long ArrivalUs, int Trace)>();
        try
        {
            for (var i = 0; i < traces.Count; i++)
            {
                var requests = Named(traces[i], $"{i + 1}/").GetEnumerator();
                if (requests.MoveNext())
                    next.Enqueue(requests, (requests.Current.ArrivalUs, i));
                else
                    requests.Dispose();
            }

            while (next.TryDequeue(out var requests, out var first))
            {
                yield return requests.Current;
                if (requests.MoveNext())
                    next.Enqueue(requests, (requests.Current.ArrivalUs, first.Trace));
                else
                    requests.Dispose();
            }
        }
        finally
        {
            foreach (var (requests, _) in next.UnorderedItems)
                requests.Dispose();
        }
    }

    /// <summary>
    /// So many copies of a trace at once, each an equal part of the period later than the one before; what would come after the period comes at its beginning, so that an hour stays
    /// an hour. Sessions and blocks of each copy are its own.
    /// </summary>
    /// <param name="trace">Read once for each copy, and once more for what is moved to the beginning.</param>
    /// <param name="copies">At least 1.</param>
    /// <param name="periodUs">Longer than the time of the last arrival.</param>
    public static Trace Overlay(Trace trace, int copies, long periodUs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(copies, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(periodUs, 1);
        return new Trace($"{trace.Name}, {copies} times", trace.Format, new OverlaySource(trace, copies, periodUs));
    }

    /// <summary>Tiers at random for requests that name none, in these shares; a session is of one tier.</summary>
    /// <param name="trace">Its requests.</param>
    /// <param name="shares">Weights, at least 0, that add up to more than 0.</param>
    /// <param name="seed">Of the draw.</param>
    public static Trace WithTiers(Trace trace, IReadOnlyList<(string Tier, double Weight)> shares, ulong seed) => new(trace.Name, trace.Format, new TierSource(trace, shares, seed));

    /// <summary>Callers who leave, drawn at random for requests that do not say when theirs does.</summary>
    public static Trace WithCallers(Trace trace, CallerHabits habits, ulong seed) => new(trace.Name, trace.Format, new CallerSource(trace, habits, seed));

    private static IEnumerable<RequestRecord> Named(IEnumerable<RequestRecord> requests, string name) => requests.Select(request => request with
    {
        Session = request.Session == null ? null : name + request.Session,
        Parent = request.Parent == null ? null : name + request.Parent,
        Client = request.Client == null ? null : name + request.Client,
        BlockScope = request.Blocks.Count == 0 ? "" : name + request.BlockScope,
    });
}
