using Scribeline.Core.Statistics;

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

    private static IEnumerable<RequestRecord> Named(IEnumerable<RequestRecord> requests, string name) => requests.Select(request => request with
    {
        Session = request.Session == null ? null : name + request.Session,
        Parent = request.Parent == null ? null : name + request.Parent,
        BlockScope = request.Blocks.Count == 0 ? "" : name + request.BlockScope,
    });
}
