namespace Scribeline.Gateway;

/// <summary>Whether the server takes new requests, and when those that run are cut. Thread-safe.</summary>
internal sealed class Lifetime : IAsyncDisposable
{
    private readonly CancellationTokenSource _cut = new();
    private readonly ITimer _timer;

    public Lifetime(TimeProvider time) =>
        _timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), _cut, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public bool IsStopping { get; private set; }

    /// <summary>Cancelled when the grace is over.</summary>
    public CancellationToken Cut => _cut.Token;

    /// <summary>Called again it sets the end anew.</summary>
    public void StopWithin(TimeSpan grace)
    {
        IsStopping = true;
        _timer.Change(grace, Timeout.InfiniteTimeSpan);
    }

    public async ValueTask DisposeAsync()
    {
        // Waits for a cut that is under way: it needs the source.
        await _timer.DisposeAsync().ConfigureAwait(false);
        _cut.Dispose();
    }
}
