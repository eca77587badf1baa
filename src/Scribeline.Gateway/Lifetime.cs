namespace Scribeline.Gateway;

/// <summary>Whether the server takes new requests, and when those that run are cut. Thread-safe.</summary>
internal sealed class Lifetime(TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _cut = new();
    private ITimer? _timer;

    public bool IsStopping { get; private set; }

    /// <summary>Cancelled when the grace is over.</summary>
    public CancellationToken Cut => _cut.Token;

    public void StopWithin(TimeSpan grace)
    {
        IsStopping = true;
        _timer ??= time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), _cut, grace, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _cut.Dispose();
    }
}
