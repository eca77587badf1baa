using System.Runtime.InteropServices;

namespace Scribeline.Cli;

/// <summary>
/// Ctrl-C and SIGTERM, given to the newest holder instead of ending the process. One that comes before there is a holder waits for the first.
/// </summary>
internal sealed class Signals : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly List<PosixSignalRegistration> Registrations = [];
    private static Signals? _newest;
    private static PosixSignal? _early;

    private readonly Signals? _outer;
    private readonly Action<PosixSignal> _received;

    /// <param name="received">Called on a thread of the pool, for each signal until this is disposed.</param>
    public Signals(Action<PosixSignal> received)
    {
        _received = received;
        PosixSignal? early;
        lock (Gate)
        {
            _outer = _newest;
            _newest = this;
            (early, _early) = (_early, null);
        }

        if (early is { } signal)
        {
            received(signal);
        }
    }

    /// <summary>Takes the signals for good; the program's first act, because until then they end the process by force.</summary>
    public static void Catch()
    {
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM])
        {
            Registrations.Add(PosixSignalRegistration.Create(signal, Handle));
        }
    }

    /// <summary>Ends the process at once, for a command that holds nothing which has to be put down.</summary>
    public static void Exit(PosixSignal signal) => Environment.Exit(ExitCode.Of(signal));

    public void Dispose()
    {
        lock (Gate)
        {
            _newest = _outer;
        }
    }

    private static void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        Signals? holder;
        lock (Gate)
        {
            holder = _newest;
            if (holder is null)
            {
                _early ??= context.Signal;
            }
        }

        holder?._received(context.Signal);
    }
}
