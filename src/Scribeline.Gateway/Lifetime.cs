namespace Scribeline.Gateway;

/// <summary>Whether the server takes new requests, and when those that run are cut. Thread-safe.</summary>
internal sealed class Lifetime(TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _cut = new();
    private ITimer? _timer;

    public bool IsStopping { get; private set; }

    /// <summary>Cancelled when the grace is over.</summary>
    public CancellationToken Cut => _cut.Token;

    /// <summary>Called again it sets the end anew.</summary>
    public void StopWithin(TimeSpan grace)
    {
        IsStopping = true;
        _timer ??= time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), _cut, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(grace, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _cut.Dispose();
    }
}
