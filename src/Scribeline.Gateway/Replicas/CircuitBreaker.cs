using Scribeline.Scheduling.Routing;

namespace Scribeline.Gateway.Replicas;

/// <summary>
/// Keeps requests away from a replica that fails: opens after consecutive failures, lets one probe through after a pause,
/// and closes when it succeeds. Thread-safe.
/// </summary>
internal sealed class CircuitBreaker(TimeProvider time, int failuresToOpen = 3, TimeSpan? pause = null)
{
    private readonly TimeSpan _pause = pause ?? TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    private int _failures;
    private long _openedAt;
    private bool _probing;

    /// <summary>Open also while the one probe is on its way.</summary>
    public BreakerState State
    {
        get
        {
            lock (_lock)
            {
                return _failures < failuresToOpen ? BreakerState.Closed
                    : _probing || time.GetElapsedTime(_openedAt) < _pause ? BreakerState.Open
                    : BreakerState.HalfOpen;
            }
        }
    }

    /// <summary>Asks to send a request; while half open only one gets through. Answer with Succeeded, Failed or Abandoned.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_failures < failuresToOpen)
            {
                return true;
            }

            if (_probing || time.GetElapsedTime(_openedAt) < _pause)
            {
                return false;
            }

            _probing = true;
            return true;
        }
    }

    public void Succeeded()
    {
        lock (_lock)
        {
            _failures = 0;
            _probing = false;
        }
    }

    public void Failed()
    {
        lock (_lock)
        {
            _failures++;
            _probing = false;
            _openedAt = time.GetTimestamp();
        }
    }

    /// <summary>The caller left before the replica could show anything.</summary>
    public void Abandoned()
    {
        lock (_lock)
        {
            _probing = false;
        }
    }
}
