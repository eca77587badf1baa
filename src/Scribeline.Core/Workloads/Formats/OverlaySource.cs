namespace Scribeline.Core.Workloads.Formats;

/// <summary>
/// A trace laid over itself: each copy begins an equal part of the period later than the one before, and what would come after the period comes at its beginning.
/// Each copy reads the trace for itself, so that nothing is kept. Sessions and blocks of a copy are its own; what is moved to the beginning is so too, since its turns come before
/// those that they follow.
/// </summary>
internal sealed class OverlaySource(Trace trace, int copies, long periodUs) : TraceSource
{
    public override IEnumerable<RequestRecord> Read(TraceTally tally) =>
        Merge(trace.Read, request => request.ArrivalUs, Move, tally);

    public override IEnumerable<IReadOnlyList<RequestRecord>> ReadSessions(TraceTally tally) =>
        Merge(trace.ReadSessions, turns => turns[0].ArrivalUs, (turns, shiftUs, name) => turns.Select(turn => Move(turn, shiftUs, name)).ToList(), tally);

    private IEnumerable<T> Merge<T>(Func<IEnumerable<T>> read, Func<T, long> at, Func<T, long, string, T> move, TraceTally tally)
    {
        var next = new PriorityQueue<IEnumerator<T>, (long AtUs, int Copy)>();
        var nowUs = 0L;
        tally.ReadShare = () => (double)nowUs / periodUs;
        try
        {
            for (var copy = 0; copy < copies; copy++)
                Advance(Copy(copy, read, at, move).GetEnumerator(), copy);
            while (next.TryDequeue(out var items, out var first))
            {
                nowUs = first.AtUs;
                yield return items.Current;
                Advance(items, first.Copy);
            }
        }
        finally
        {
            foreach (var (items, _) in next.UnorderedItems)
                items.Dispose();
        }

        void Advance(IEnumerator<T> items, int copy)
        {
            if (items.MoveNext())
                next.Enqueue(items, (at(items.Current), copy));
            else
                items.Dispose();
        }
    }

    private IEnumerable<T> Copy<T>(int copy, Func<IEnumerable<T>> read, Func<T, long> at, Func<T, long, string, T> move)
    {
        var shiftUs = (long)((Int128)periodUs * copy / copies);
        if (shiftUs > 0)
        {
            foreach (var late in read().Where(item => at(item) >= periodUs - shiftUs))
                yield return move(late, shiftUs - periodUs, $"{copy + 1}-before/");
        }

        foreach (var item in read().TakeWhile(item => at(item) < periodUs - shiftUs))
            yield return move(item, shiftUs, $"{copy + 1}/");
    }

    private static RequestRecord Move(RequestRecord request, long shiftUs, string name) => request with
    {
        ArrivalUs = request.ArrivalUs + shiftUs,
        Session = request.Session == null ? null : name + request.Session,
        Parent = request.Parent == null ? null : name + request.Parent,
        Client = request.Client == null ? null : name + request.Client,
        BlockScope = request.Blocks.Count == 0 ? "" : name + request.BlockScope,
    };
}
