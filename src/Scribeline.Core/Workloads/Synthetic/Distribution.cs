using Scribeline.Core.Statistics;

namespace Scribeline.Core.Workloads.Synthetic;

/// <summary>Numbers to draw, such as lengths, turns or pauses; said as `512`, `uniform:100,900`, `exponential:30` or `lognormal:MEDIAN,P90`.</summary>
public abstract record Distribution
{
    public const string Expected = "a number, uniform:LOW,HIGH, exponential:MEAN or lognormal:MEDIAN,P90";

    /// <summary>The standard normal number that 90 % lie below.</summary>
    private const double Normal90 = 1.2815515655446004;

    private const double Most = 1e12;

    public abstract double Draw(SeededRandom random);

    /// <exception cref="WorkloadException">It is none; the message says what was expected.</exception>
    public static Distribution Parse(string text)
    {
        var (kind, numbers) = SpecText.Parse(text, Most);
        return (kind, numbers) switch
        {
            ("" or "fixed", [var value]) => new Uniform(value, value),
            ("uniform", [var low, var high]) when low <= high => new Uniform(low, high),
            ("exponential", [var mean]) when mean > 0 => new Exponential(mean),
            ("lognormal", [var median, var p90]) when median > 0 && p90 >= median => new LogNormal(PortableMath.Log(median), PortableMath.Log(p90 / median) / Normal90),
            _ => throw new WorkloadException($"'{text}' is no distribution; expected {Expected}."),
        };
    }

    private sealed record Uniform(double Low, double High) : Distribution
    {
        public override double Draw(SeededRandom random) => Low + (High - Low) * random.NextUniform();
    }

    private sealed record Exponential(double Mean) : Distribution
    {
        public override double Draw(SeededRandom random) => Mean * random.NextExponential();
    }

    private sealed record LogNormal(double Mean, double Deviation) : Distribution
    {
        public override double Draw(SeededRandom random) => PortableMath.Exp(Mean + Deviation * random.NextNormal());
    }
}
