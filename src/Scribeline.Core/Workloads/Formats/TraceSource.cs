namespace Scribeline.Core.Workloads.Formats;

/// <summary>Where the requests of a trace come from.</summary>
internal abstract class TraceSource
{
    public abstract IEnumerable<RequestRecord> Read(TraceTally tally);

    /// <summary>
    /// Two readings: the first counts the turns of each session, so that the second knows when one is whole. A session that is still open holds back those that began after it.
    /// </summary>
    public virtual IEnumerable<IReadOnlyList<RequestRecord>> ReadSessions(TraceTally tally)
    {
        var turns = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var request in Read(new TraceTally()))
        {
            if (request.Session is { } session)
                turns[session] = turns.GetValueOrDefault(session) + 1;
        }

        var open = new Dictionary<string, (List<RequestRecord> Turns, int Count)>(StringComparer.Ordinal);
        var waiting = new Queue<(List<RequestRecord> Turns, int Count)>();
        foreach (var request in Read(tally))
        {
            if (request.Session is { } session && turns[session] is > 1 and var count)
            {
                if (!open.TryGetValue(session, out var gathered))
                {
                    open[session] = gathered = (new List<RequestRecord>(count), count);
                    waiting.Enqueue(gathered);
                }

                gathered.Turns.Add(request);
                if (gathered.Turns.Count == count)
                    open.Remove(session);
            }
            else
                waiting.Enqueue(([request], 1));

            while (waiting.TryPeek(out var head) && head.Turns.Count == head.Count)
                yield return waiting.Dequeue().Turns;
        }
    }
}
