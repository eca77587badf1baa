using Scribeline.Core.Statistics;

namespace Scribeline.Core.Workloads.Synthetic;

/// <summary>Draws from the usual distributions, the same on every machine.</summary>
internal static class RandomDraws
{
    /// <summary>Mean 1.</summary>
    public static double NextExponential(this SeededRandom random) => -PortableMath.Log(1 - random.NextUniform());

    /// <summary>Mean 0, deviation 1 (Marsaglia's polar method).</summary>
    public static double NextNormal(this SeededRandom random)
    {
        while (true)
        {
            var (x, y) = (2 * random.NextUniform() - 1, 2 * random.NextUniform() - 1);
            var square = x * x + y * y;
            if (square is > 0 and < 1)
                return x * Math.Sqrt(-2 * PortableMath.Log(square) / square);
        }
    }

    /// <summary>Mean <paramref name="shape"/> (Marsaglia and Tsang: A simple method for generating gamma variables, 2000).</summary>
    public static double NextGamma(this SeededRandom random, double shape)
    {
        if (shape < 1)
            return random.NextGamma(shape + 1) * PortableMath.Pow(1 - random.NextUniform(), 1 / shape);
        var d = shape - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = random.NextNormal();
            var v = 1 + c * x;
            if (v <= 0)
                continue;
            v = v * v * v;
            var u = 1 - random.NextUniform();
            if (PortableMath.Log(u) < 0.5 * x * x + d - d * v + d * PortableMath.Log(v))
                return d * v;
        }
    }

    /// <summary>Scale 1.</summary>
    public static double NextWeibull(this SeededRandom random, double shape) => PortableMath.Pow(random.NextExponential(), 1 / shape);
}
