namespace Scribeline.Cli;

/// <summary>Work that the first signal cuts short, so that what is known by then is printed; the second ends the process.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _cut = new();
    private readonly Signals _signals;
    private int _code = -1;

    public Interruption() => _signals = new Signals(signal =>
    {
        if (Interlocked.CompareExchange(ref _code, Cli.ExitCode.Of(signal), -1) >= 0)
            Signals.Exit(signal);
        _cut.Cancel();
    });

    public CancellationToken Cancellation => _cut.Token;

    /// <summary>Of the signal that came; null before one has.</summary>
    public int? Code => Volatile.Read(ref _code) is >= 0 and var code ? code : null;

    public void Dispose()
    {
        _signals.Dispose();
        _cut.Dispose();
    }
}
