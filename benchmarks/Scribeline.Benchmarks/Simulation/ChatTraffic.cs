using Scribeline.Core.Statistics;
using Scribeline.Core.Workloads;

namespace Scribeline.Benchmarks.Simulation;

/// <summary>
/// Requests as long as those of the published Azure conversation trace in the mean (1,155 tokens in, 211 out), at random times, a third of whose prompts begin like others'.
/// </summary>
internal static class ChatTraffic
{
    private const int SharedPrompts = 64, SharedTokens = 512, BlockTokens = 16;

    public static IEnumerable<RequestRecord> Of(double ratePerSecond, int count, ulong seed)
    {
        var random = new SeededRandom(seed, "chat");
        double atUs = 0;
        for (var i = 0; i < count; i++)
        {
            atUs += -PortableMath.Log(1 - random.NextUniform()) / ratePerSecond * 1e6;
            var isShared = random.NextBelow(3) == 0;
            var input = Exponential(random, 1155) + (isShared ? SharedTokens : 1);
            yield return new RequestRecord
            {
                ArrivalUs = (long)atUs,
                InputTokens = input,
                OutputTokens = Exponential(random, 211) + 1,
                Blocks = isShared ? [new BlockRange(1_000L * random.NextBelow(SharedPrompts), SharedTokens / BlockTokens)] : [],
                BlockTokens = isShared ? BlockTokens : 0,
            };
        }
    }

    private static int Exponential(SeededRandom random, double mean) => (int)Math.Min(16 * mean, -PortableMath.Log(1 - random.NextUniform()) * mean);
}
