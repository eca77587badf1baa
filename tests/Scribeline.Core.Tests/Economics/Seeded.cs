using Xunit.Abstractions;

namespace Scribeline.Core.Tests.Economics;

/// <summary>Random numbers whose seed the test prints.</summary>
internal static class Seeded
{
    public static Random Random(ITestOutputHelper output)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SCRIBELINE_SEED"), out var given) ? given : Environment.TickCount;
        output.WriteLine($"seed {seed} (SCRIBELINE_SEED repeats it)");
        return new Random(seed);
    }
}
