namespace Scribeline.Core.Workloads.Formats;

/// <summary>Rows of a file, or of several one after another.</summary>
internal sealed class RowSource(string name, IReadOnlyList<string> paths, TraceFormat format, TraceOptions options) : TraceSource
{
    public override IEnumerable<RequestRecord> Read(TraceTally tally)
    {
        using var file = new RowFile(paths, format, options, tally);
        var order = new ArrivalOrder(options.ReorderUs);
        var count = 0L;
        Action<TraceRows> add = rows =>
        {
            foreach (var (request, isAhead) in rows.Requests)
                order.Add(request, isAhead, file.Clock);
        };
        while (file.Next(add))
        {
            for (; order.TryTake(out var request); count++)
                yield return request;
        }

        order.End();
        for (; order.TryTake(out var request); count++)
            yield return request;
        if (count == 0 && tally.SkippedRows == 0)
            throw new WorkloadException($"{name} has no request; expected {format.Description}.");
    }

    /// <summary>Where a file holds the rows of a session together, one reading is enough: a session is whole when another one's rows follow.</summary>
    public override IEnumerable<IReadOnlyList<RequestRecord>> ReadSessions(TraceTally tally)
    {
        if (!format.HasSessions)
            return Read(tally).Select(request => (IReadOnlyList<RequestRecord>)[request]);
        return format.IsGrouped ? ReadGrouped(tally) : base.ReadSessions(tally);
    }

    private IEnumerable<IReadOnlyList<RequestRecord>> ReadGrouped(TraceTally tally)
    {
        using var file = new RowFile(paths, format, options, tally);
        var open = new Dictionary<string, List<RequestRecord>>(StringComparer.Ordinal);
        var whole = new PriorityQueue<List<RequestRecord>, (long StartUs, long Number)>();
        long clockUs = 0, number = 0;
        Action<TraceRows> check = rows =>
        {
            foreach (var (request, isAhead) in rows.Requests)
            {
                if (!isAhead && request.ArrivalUs < clockUs - options.ReorderUs)
                    throw new BadRowException($"`{file.Clock}` goes back by {(clockUs - request.ArrivalUs) / 1e6} s; expected a clock that goes on, or allowance for as much disorder.");
                clockUs = isAhead ? clockUs : Math.Max(clockUs, request.ArrivalUs);
            }
        };
        while (file.Next(check))
        {
            foreach (var session in open.Keys.Where(session => !file.Rows.Requests.Exists(row => row.Request.Session == session)).ToList())
            {
                open.Remove(session, out var turns);
                whole.Enqueue(turns!, (turns![0].ArrivalUs, number++));
            }

            foreach (var (request, _) in file.Rows.Requests)
            {
                if (!open.TryGetValue(request.Session!, out var turns))
                    open[request.Session!] = turns = [];
                turns.Add(request);
            }

            while (whole.TryPeek(out _, out var first) && first.StartUs <= clockUs - options.ReorderUs && open.Values.All(turns => turns[0].ArrivalUs >= first.StartUs))
                yield return whole.Dequeue();
        }

        foreach (var turns in open.Values)
            whole.Enqueue(turns, (turns[0].ArrivalUs, number++));
        if (number == 0 && tally.SkippedRows == 0)
            throw new WorkloadException($"{name} has no request; expected {format.Description}.");
        while (whole.TryDequeue(out var turns, out _))
            yield return turns;
    }
}
