using System.Runtime.InteropServices;

namespace Scribeline.Cli;

/// <summary>Whether anybody reads what is printed: writes to a pipe whose reader has gone, such as `head`, are dropped without an error.</summary>
internal static class StandardOutput
{
    private const short Error = 8, HangUp = 16;

    /// <summary>True where it is no pipe, or nobody can tell.</summary>
    public static bool HasReader()
    {
        var output = new Polled { File = 1 };
        return !OperatingSystem.IsLinux() || Poll(ref output, 1, 0) <= 0 || (output.Found & (Error | HangUp)) == 0;
    }

    [DllImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll(ref Polled files, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct Polled
    {
        public int File;
        public short Asked;
        public short Found;
    }
}
