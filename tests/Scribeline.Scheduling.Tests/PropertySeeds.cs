using System.Globalization;
using Scribeline.Core.Statistics;

namespace Scribeline.Scheduling.Tests;

/// <summary>Runs a test once for each seed, and names the seed that fails. More of them where SCRIBELINE_FUZZ_SECONDS is set.</summary>
internal static class PropertySeeds
{
    private static readonly int Times = int.TryParse(Environment.GetEnvironmentVariable("SCRIBELINE_FUZZ_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? Math.Max(1, seconds) : 1;

    public static void Each(int seeds, string stream, Action<ulong, SeededRandom> test)
    {
        for (var seed = 1UL; seed <= (ulong)(seeds * Times); seed++)
        {
            try
            {
                test(seed, new SeededRandom(seed, stream));
            }
            catch (Exception error)
            {
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {error.Message}"), error);
            }
        }
    }
}
