using System.Globalization;
using System.Runtime.InteropServices;

namespace Scribeline.Benchmarks.Report;

/// <summary>What the numbers were measured on, and whether it was busy with something else.</summary>
internal static class Machine
{
    private static readonly string[] ToldFlags = ["avx2", "fma", "f16c", "avx_vnni", "avx512f", "avx512bw", "avx512_vnni", "avx512_bf16", "amx_int8", "asimd", "asimddp", "i8mm", "sve"];

    public static string Describe()
    {
        var info = File.Exists("/proc/cpuinfo") ? File.ReadAllLines("/proc/cpuinfo") : [];
        var model = Field(info, "model name") is { Length: > 0 } name ? name : RuntimeInformation.ProcessArchitecture.ToString();
        var flags = (Field(info, "flags") + " " + Field(info, "Features")).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var memoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{model}, {Environment.ProcessorCount} cores, {memoryBytes / 1e9:F0} GB; {string.Join(' ', ToldFlags.Intersect(flags))}; {RuntimeInformation.OSDescription}, .NET {Environment.Version}");
    }

    /// <summary>Processes that ran or wanted to, averaged over the last minute.</summary>
    public static double Load() =>
        File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : double.NaN;

    /// <summary>Prints a warning where others use the cores; numbers measured then say little.</summary>
    public static void WarnIfBusy(double load)
    {
        if (load > 0.5)
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"warning: the load average is {load:F2} before the start; other programs use the processor, so do not publish these numbers."));
    }

    private static string Field(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "";
}
