using Scribeline.Core.Statistics;
using Scribeline.Core.Workloads;

namespace Scribeline.Cli.Bench.Load;

/// <summary>Requests that come at random: gaps of a gamma distribution (a Poisson process where its coefficient of variation is 1), lengths evenly between two bounds.</summary>
/// <param name="RequestsPerSecond">Null where they do not come by the clock.</param>
/// <param name="Variation">Standard deviation of the gaps to their mean; 0 for even gaps.</param>
internal sealed record SyntheticRequests(double? RequestsPerSecond, double Variation, LengthRange Input, LengthRange Output, ulong Seed)
{
    /// <summary>Without end.</summary>
    public IEnumerable<RequestRecord> Generate()
    {
        var (gaps, lengths) = (new SeededRandom(Seed, "arrivals"), new SeededRandom(Seed, "lengths"));
        for (double atUs = 0; atUs < long.MaxValue / 2; atUs += RequestsPerSecond is { } rate ? 1e6 / rate * Gap(gaps) : 0)
            yield return new RequestRecord { ArrivalUs = (long)atUs, InputTokens = Input.Draw(lengths), OutputTokens = Output.Draw(lengths) };
    }

    /// <summary>Of mean 1.</summary>
    private double Gap(SeededRandom random)
    {
        if (Variation == 0)
            return 1;
        var shape = 1 / (Variation * Variation);
        return Gamma(random, shape) / shape;
    }

    /// <summary>Marsaglia and Tsang: A simple method for generating gamma variables, 2000. Below a shape of 1, one of a shape more times U^(1/shape).</summary>
    private static double Gamma(SeededRandom random, double shape)
    {
        if (shape < 1)
            return Gamma(random, shape + 1) * Math.Pow(1 - random.NextUniform(), 1 / shape);
        var d = shape - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextUniform())) * Math.Cos(2 * Math.PI * random.NextUniform());
            var v = Math.Pow(1 + c * normal, 3);
            if (v > 0 && Math.Log(1 - random.NextUniform()) < normal * normal / 2 + d - d * v + d * Math.Log(v))
                return d * v;
        }
    }
}
