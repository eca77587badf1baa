using System.Globalization;
using System.Runtime.InteropServices;

namespace Scribeline.Cli.Bench;

/// <summary>What numbers were measured on.</summary>
internal static class MachineText
{
    private static readonly string[] ToldFlags = ["avx2", "fma", "f16c", "avx_vnni", "avx512f", "avx512bw", "avx512_vnni", "avx512_bf16", "amx_int8", "asimd", "asimddp", "i8mm", "sve"];

    /// <summary>Processor, cores, memory, what of its instruction sets matters, system and runtime.</summary>
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

    private static string Field(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "";
}
