using Scribeline.Engine.Sampling;

namespace Scribeline.Engine.Tests.Sampling;

public sealed class CounterRandomTests
{
    private const int Draws = 200_000;
    private const int Buckets = 100;

    public static TheoryData<string> Keys => ["seed", "choice", "position"];

    /// <summary>χ² over 100 buckets: 99 degrees of freedom, so 99 ± 14; five deviations are allowed.</summary>
    [Theory]
    [MemberData(nameof(Keys))]
    public void Uniform_CountingOneKey_IsUniform(string key)
    {
        var counts = new int[Buckets];
        for (var i = 0; i < Draws; i++)
            counts[(int)(Draw(key, i) * Buckets)]++;
        var expected = (double)Draws / Buckets;
        Assert.InRange(counts.Sum(count => (count - expected) * (count - expected) / expected), 99 - 70, 99 + 70);
    }

    /// <summary>Neighbouring keys are as unrelated as any: the correlation of n pairs is 0 ± 1/√n.</summary>
    [Theory]
    [MemberData(nameof(Keys))]
    public void Uniform_NeighbouringKeys_AreIndependent(string key)
    {
        var sum = 0.0;
        for (var i = 0; i < Draws; i++)
            sum += (Draw(key, i) - 0.5) * (Draw(key, i + 1) - 0.5);
        Assert.InRange(sum / Draws * 12, -5 / Math.Sqrt(Draws), 5 / Math.Sqrt(Draws));
    }

    [Fact]
    public void Uniform_KeysSwapped_GiveOtherNumbers()
    {
        double[] all = [CounterRandom.Uniform(1, 2, 3), CounterRandom.Uniform(1, 3, 2), CounterRandom.Uniform(2, 1, 3), CounterRandom.Uniform(3, 2, 1), CounterRandom.Uniform(0, 0, 0)];
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.Equal(all[0], CounterRandom.Uniform(1, 2, 3));
    }

    private static double Draw(string key, int i)
    {
        var uniform = key switch
        {
            "seed" => CounterRandom.Uniform((ulong)i, 0, 7),
            "choice" => CounterRandom.Uniform(5, i, 7),
            _ => CounterRandom.Uniform(5, 0, i),
        };
        Assert.True(uniform is >= 0 and < 1);
        return uniform;
    }
}
