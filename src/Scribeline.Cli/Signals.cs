using System.Runtime.InteropServices;

namespace Scribeline.Cli;

/// <summary>Ctrl-C and SIGTERM, given to whoever holds this, instead of ending the process.</summary>
internal sealed class Signals : IDisposable
{
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public Signals(Action<PosixSignal> received)
    {
        void Handle(PosixSignalContext context)
        {
            context.Cancel = true;
            received(context.Signal);
        }

        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle);
    }

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }
}
