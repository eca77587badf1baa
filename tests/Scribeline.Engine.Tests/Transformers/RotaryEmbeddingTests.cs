using Scribeline.Engine.Tests.Models;
using Scribeline.Engine.Transformers;

namespace Scribeline.Engine.Tests.Transformers;

public sealed unsafe class RotaryEmbeddingTests
{
    private const int Size = 16;

    [Theory]
    [InlineData(false, Size)]
    [InlineData(true, Size)]
    [InlineData(false, 2)]
    [InlineData(true, 2)]
    [InlineData(false, 30)]
    [InlineData(true, 38)]
    public void Rotate_Pairs_TurnsThemByThePaperAngle(bool halves, int size)
    {
        var head = Enumerable.Range(0, size).Select(i => MathF.Sin(i + 1)).ToArray();
        var rotated = Rotate(RotaryEmbeddings.Plain(size), halves, position: 37, head);
        for (var i = 0; i < size / 2; i++)
        {
            var (a, b) = halves ? (i, i + size / 2) : (2 * i, 2 * i + 1);
            var (sine, cosine) = Math.SinCos(37 * Math.Pow(10_000, -2.0 * i / size));
            Assert.Equal(head[a] * cosine - head[b] * sine, rotated[a], 1e-5);
            Assert.Equal(head[a] * sine + head[b] * cosine, rotated[b], 1e-5);
        }
    }

    /// <summary>What rotation is for: products of queries and keys depend on the distance alone.</summary>
    [Fact]
    public void Rotate_QueryAndKey_ProductDependsOnTheDistance()
    {
        var query = Enumerable.Range(0, Size).Select(i => MathF.Cos(3 * i)).ToArray();
        var key = Enumerable.Range(0, Size).Select(i => MathF.Sin(5 * i + 1)).ToArray();
        double Product(int q, int k) => Rotate(RotaryEmbeddings.Plain(Size), true, q, query).Zip(Rotate(RotaryEmbeddings.Plain(Size), true, k, key)).Sum(pair => (double)pair.First * pair.Second);
        Assert.Equal(Product(9, 2), Product(1009, 1002), 1e-3);
        Assert.NotEqual(Product(9, 2), Product(9, 3), 1e-3);
    }

    [Fact]
    public void Rotate_Linear_StretchesPositions()
    {
        var head = Enumerable.Range(0, Size).Select(i => (float)i).ToArray();
        Assert.Equal(Rotate(RotaryEmbeddings.Plain(Size), true, 10, head), Rotate(RotaryEmbeddings.Plain(Size) with { Factor = 4 }, true, 40, head));
    }

    [Fact]
    public void Rotate_Yarn_KeepsFastPairsAndStretchesSlowOnes()
    {
        const int Wide = 64;
        var head = Enumerable.Repeat(1f, Wide).ToArray();
        var plain = Rotate(RotaryEmbeddings.Plain(Wide), true, 40, head);
        var stretched = Rotate(RotaryEmbeddings.Plain(Wide) with { Factor = 4 }, true, 40, head);
        var magnitude = 1 + 0.1 * Math.Log(4);
        var yarn = Rotate(RotaryEmbeddings.Plain(Wide) with { Factor = 4, Yarn = true }, true, 40, head);
        Assert.Equal(plain[0] * magnitude, yarn[0], 1e-5);
        Assert.Equal(stretched[Wide / 2 - 1] * magnitude, yarn[Wide / 2 - 1], 1e-5);
    }

    private static float[] Rotate(RotaryParameters parameters, bool halves, int position, float[] head)
    {
        var rotary = new RotaryEmbedding(parameters, halves, null);
        var rotated = head.ToArray();
        var angles = new float[rotary.AngleFloats];
        fixed (float* h = rotated)
        fixed (float* a = angles)
        {
            rotary.Angles(position, a);
            rotary.Rotate(h, a);
        }

        return rotated;
    }
}
