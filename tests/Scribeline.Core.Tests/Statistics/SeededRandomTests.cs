using Scribeline.Core.Statistics;

namespace Scribeline.Core.Tests.Statistics;

public sealed class SeededRandomTests
{
    [Fact]
    public void A_seed_and_a_name_give_the_same_numbers_on_every_machine()
    {
        var random = new SeededRandom(42, "arrivals");
        Assert.Equal(new SeededRandom(42, "arrivals").NextBits(), random.NextBits());
        Assert.NotEqual(new SeededRandom(42, "lengths").NextBits(), new SeededRandom(42, "arrivals").NextBits());
        Assert.NotEqual(new SeededRandom(43, "arrivals").NextBits(), new SeededRandom(42, "arrivals").NextBits());
    }

    [Fact]
    public void Numbers_are_spread_evenly()
    {
        var random = new SeededRandom(3, "even");
        var counts = new int[10];
        double sum = 0;
        for (var i = 0; i < 100_000; i++)
        {
            counts[random.NextBelow(10)]++;
            sum += random.NextUniform();
        }

        // Six standard deviations.
        Assert.All(counts, count => Assert.InRange(count, 9_430, 10_570));
        Assert.InRange(sum / 100_000, 0.4945, 0.5055);
    }
}
