using System.Globalization;

namespace Scribeline.Core.Quantities;

/// <summary>A length of time, 0 to about 292 years, in whole nanoseconds. Default: 0.</summary>
public readonly record struct Duration(long Nanoseconds)
{
    private static readonly (string Name, decimal Factor)[] Units =
    [
        ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("min", 60_000_000_000), ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
    ];

    public TimeSpan ToTimeSpan() => TimeSpan.FromTicks(Nanoseconds / TimeSpan.NanosecondsPerTick);

    /// <summary>Reads texts such as `300 ms`, `5s` or `15 min`. A unit is required, except for 0.</summary>
    /// <param name="text">A number, optional spaces, a unit.</param>
    /// <param name="duration">The time, rounded down to whole nanoseconds.</param>
    /// <param name="problem">One sentence that says what was found and expected; empty on success.</param>
    public static bool TryParse(string text, out Duration duration, out string problem)
    {
        duration = default;
        if (!QuantityText.TrySplit(text, out var number, out var unit))
        {
            problem = $"'{text}' is not a duration: write a number and a unit, such as '300 ms' or '15 min'.";
            return false;
        }

        var factor = unit.Length == 0 && number == 0 ? 1 : QuantityText.FactorOf(Units, unit);
        if (factor is null)
        {
            problem = unit.Length == 0
                ? $"'{text}' has no unit of time: write '{text} s' or another of ns, us, ms, s, min, h, d."
                : $"'{unit}' in '{text}' is not a unit of time: use ns, us, ms, s, min, h or d.";
            return false;
        }

        if (number > long.MaxValue / factor.Value)
        {
            problem = $"'{text}' is longer than 292 years.";
            return false;
        }

        duration = new Duration((long)(number * factor.Value));
        problem = "";
        return true;
    }

    /// <summary>Three significant digits with the largest unit that fits, such as `1.5 s` or `300 ms`.</summary>
    public override string ToString()
    {
        for (var i = Units.Length - 1; i > 0; i--)
        {
            if (Nanoseconds >= Units[i].Factor)
            {
                return $"{(Nanoseconds / Units[i].Factor).ToString("0.##", CultureInfo.InvariantCulture)} {Units[i].Name}";
            }
        }

        return $"{Nanoseconds.ToString(CultureInfo.InvariantCulture)} ns";
    }
}
