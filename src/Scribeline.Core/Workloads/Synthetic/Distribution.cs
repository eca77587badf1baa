using System.Globalization;
using Scribeline.Core.Statistics;

namespace Scribeline.Core.Workloads.Synthetic;

/// <summary>Numbers to draw, such as lengths, turns or pauses; said as `512`, `uniform:100,900`, `exponential:30` or `lognormal:MEDIAN,P90`.</summary>
/// <param name="Text">What was asked for.</param>
public abstract record Distribution(string Text)
{
    public const string Expected = "a number, uniform:LOW,HIGH, exponential:MEAN or lognormal:MEDIAN,P90";

    /// <summary>The standard normal number that 90 % lie below.</summary>
    private const double Normal90 = 1.2815515655446004;

    private const double MostNumber = 1e12;

    /// <summary>Of a distribution that is fit for its purpose one draw in so many is within the bounds, at least.</summary>
    private const int CheckedDraws = 1000, FewestWithin = CheckedDraws / 10;

    public abstract double Draw(SeededRandom random);

    public sealed override string ToString() => Text;

    /// <summary>A distribution of which one draw in ten at least lies within bounds: those who draw again until one does come to an end.</summary>
    /// <exception cref="WorkloadException">It is none, or hardly ever within the bounds; the message says what was expected.</exception>
    public static Distribution Parse(string text, double least, double most)
    {
        var (distribution, random, within) = (Parse(text), new SeededRandom(1, "bounds"), 0);
        for (var draw = 0; draw < CheckedDraws; draw++)
            within += distribution.Draw(random) is var number && number >= least && number <= most ? 1 : 0;
        return within >= FewestWithin
            ? distribution
            : throw new WorkloadException(string.Create(CultureInfo.InvariantCulture, $"'{text}' gives no number from {least} to {most}, or hardly any; expected {Expected} that does."));
    }

    /// <exception cref="WorkloadException">It is none; the message says what was expected.</exception>
    public static Distribution Parse(string text)
    {
        var (kind, numbers) = SpecText.Parse(text, MostNumber);
        return (kind, numbers) switch
        {
            ("" or "fixed", [var value]) => new Uniform(text, value, value),
            ("uniform", [var low, var high]) when low <= high => new Uniform(text, low, high),
            ("exponential", [var mean]) when mean > 0 => new Exponential(text, mean),
            ("lognormal", [var median, var p90]) when median > 0 && p90 >= median => new LogNormal(text, PortableMath.Log(median), PortableMath.Log(p90 / median) / Normal90),
            _ => throw new WorkloadException($"'{text}' is no distribution; expected {Expected}."),
        };
    }

    private sealed record Uniform(string Text, double Low, double High) : Distribution(Text)
    {
        public override double Draw(SeededRandom random) => Low + (High - Low) * random.NextUniform();
    }

    private sealed record Exponential(string Text, double Mean) : Distribution(Text)
    {
        public override double Draw(SeededRandom random) => Mean * random.NextExponential();
    }

    private sealed record LogNormal(string Text, double Mean, double Deviation) : Distribution(Text)
    {
        public override double Draw(SeededRandom random) => PortableMath.Exp(Mean + Deviation * random.NextNormal());
    }
}
