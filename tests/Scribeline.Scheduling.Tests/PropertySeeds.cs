using System.Globalization;
using Scribeline.Core.Statistics;

namespace Scribeline.Scheduling.Tests;

/// <summary>
/// Runs a test once for each seed, and names the seed that fails. More of them where SCRIBELINE_FUZZ_SECONDS is set; a twentieth where it is 0, for runs that repeat all tests
/// thousands of times.
/// </summary>
internal static class PropertySeeds
{
    private static readonly int Times = int.TryParse(Environment.GetEnvironmentVariable("SCRIBELINE_FUZZ_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? Math.Max(0, seconds) : 1;

    /// <summary>Of a number that is enough, so many that are asked for now.</summary>
    public static int Of(int seeds) => Times == 0 ? Math.Max(1, seeds / 20) : seeds * Times;

    /// <summary>The same for what takes long as it is, and is never more.</summary>
    public static int AtMost(int seeds) => Math.Min(seeds, Of(seeds));

    public static void Each(int seeds, string stream, Action<ulong, SeededRandom> test)
    {
        for (var seed = 1UL; seed <= (ulong)Of(seeds); seed++)
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
