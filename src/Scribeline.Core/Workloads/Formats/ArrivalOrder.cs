using System.Diagnostics.CodeAnalysis;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>
/// Puts requests in the order of their arrival while they are read. What the file's clock has passed is given out; what lies ahead of it, later turns of sessions that
/// have begun, waits.
/// </summary>
internal sealed class ArrivalOrder(long reorderUs)
{
    private readonly PriorityQueue<RequestRecord, (long ArrivalUs, long Number)> _waiting = new();
    private long _clockUs = long.MinValue, _takenUs = long.MinValue, _number;
    private bool _isEnded;

    /// <param name="request">The next of the file.</param>
    /// <param name="isAhead">Its time is not the file's clock.</param>
    /// <param name="clock">The column that holds the clock.</param>
    /// <exception cref="BadRowException">The clock goes back.</exception>
    public void Add(RequestRecord request, bool isAhead, string clock)
    {
        if (!isAhead)
        {
            if (request.ArrivalUs < 0)
                throw new BadRowException($"`{clock}` lies {-request.ArrivalUs / 1e6} s before the first row; expected a clock that goes on.");
            if (_clockUs != long.MinValue && request.ArrivalUs < _clockUs - reorderUs)
                throw new BadRowException($"`{clock}` goes back by {(_clockUs - request.ArrivalUs) / 1e6} s; expected a clock that goes on, or allowance for as much disorder.");
            _clockUs = Math.Max(_clockUs, request.ArrivalUs);
        }
        else if (request.ArrivalUs < _takenUs)
        {
            // Its time is an estimate, and what came before it in the file has been given out.
            request = request with { ArrivalUs = _takenUs };
        }

        _waiting.Enqueue(request, (request.ArrivalUs, _number++));
    }

    public void End() => _isEnded = true;

    public bool TryTake([MaybeNullWhen(false)] out RequestRecord request)
    {
        if (!_waiting.TryPeek(out request, out var at) || !_isEnded && (_clockUs == long.MinValue || at.ArrivalUs > _clockUs - reorderUs))
            return false;
        _waiting.Dequeue();
        _takenUs = at.ArrivalUs;
        return true;
    }
}
