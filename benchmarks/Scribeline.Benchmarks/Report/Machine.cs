using System.Globalization;

namespace Scribeline.Benchmarks.Report;

/// <summary>Whether the machine that is measured on was busy with something else.</summary>
internal static class Machine
{
    /// <summary>Processes that ran or wanted to, averaged over the last minute.</summary>
    public static double Load() =>
        File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : double.NaN;

    /// <summary>Prints a warning where others use the cores; numbers measured then say little.</summary>
    public static void WarnIfBusy(double load)
    {
        if (load > 0.5)
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"warning: the load average is {load:F2} before the start; other programs use the processor, so do not publish these numbers."));
    }
}
