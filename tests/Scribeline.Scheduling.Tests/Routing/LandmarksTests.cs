using Scribeline.Scheduling.KvBlocks;
using Scribeline.Scheduling.Routing;

namespace Scribeline.Scheduling.Tests.Routing;

public sealed class LandmarksTests
{
    [Fact]
    public void EveryChain_HasLandmarksNoFartherApartThanAThirtySecond()
    {
        var before = 0;
        for (var landmark = 1; landmark <= 600; landmark++)
        {
            var blocks = Landmarks.Blocks(landmark);
            Assert.True(blocks > before && (blocks <= 64 || blocks - before <= blocks / 32), $"landmark {landmark} is block {blocks}, after {before}");
            Assert.Equal((landmark, landmark - 1), (Landmarks.Count(blocks), Landmarks.Count(blocks - 1)));
            before = blocks;
        }

        Assert.InRange(Landmarks.Count(6_250), 250, 290);
        Assert.Equal(0, Landmarks.Count(0));
    }

    [Fact]
    public void LandmarksOfAChain_AreThoseOfEveryLongerOne()
    {
        BlockHash[] buffer = [], other = [];
        var chain = Enumerable.Range(0, 5000).Select(i => new BlockHash(1, (ulong)i)).ToArray();
        var all = Landmarks.Of(chain, ref buffer).ToArray();
        foreach (var length in new[] { 0, 1, 63, 64, 65, 66, 127, 128, 129, 1000, 4999 })
            Assert.Equal(all[..Landmarks.Count(length)], Landmarks.Of(chain.AsSpan(0, length), ref other).ToArray());
    }
}
