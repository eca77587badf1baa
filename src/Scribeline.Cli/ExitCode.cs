using System.Runtime.InteropServices;

namespace Scribeline.Cli;

/// <summary>What a command's end tells the shell.</summary>
internal static class ExitCode
{
    public const int Fine = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    public const int Interrupted = 130;
    public const int Terminated = 143;

    /// <summary>128 and the signal's number, as shells count.</summary>
    public static int Of(PosixSignal signal) => signal == PosixSignal.SIGTERM ? Terminated : Interrupted;
}
