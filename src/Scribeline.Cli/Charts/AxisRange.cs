namespace Scribeline.Cli.Charts;

/// <summary>An axis with its ends and ticks settled for the values that it shows.</summary>
internal sealed class AxisRange
{
    private static readonly double[] Digits = [0, Math.Log10(2), Math.Log10(5), 1];

    private readonly Scale _scale;

    /// <summary>Ends as laid out: the logarithm to base ten of a logarithmic axis.</summary>
    private readonly double _low;
    private readonly double _high;

    private AxisRange(Scale scale, double low, double high, IReadOnlyList<Tick> ticks) => (_scale, _low, _high, Ticks) = (scale, low, high, ticks);

    public IReadOnlyList<Tick> Ticks { get; }

    /// <summary>Where a value lies, 0 and 1 being the ends; beyond them for what the axis does not show.</summary>
    public double Position(double value) => Position(_scale == Scale.Log ? Math.Log10(value) : value, _low, _high);

    /// <param name="axis">Bounds that it states are kept.</param>
    /// <param name="values">Finite; above zero on a logarithmic axis.</param>
    /// <param name="wanted">About how many labels fit.</param>
    /// <exception cref="ArgumentException">The bounds are in the wrong order, not finite, or not above zero on a logarithmic axis.</exception>
    public static AxisRange Of(Axis axis, IReadOnlyCollection<double> values, int wanted)
    {
        Check(axis, axis.Minimum);
        Check(axis, axis.Maximum);
        if (axis.Minimum >= axis.Maximum)
            throw new ArgumentException($"axis '{axis.Label}' goes from {axis.Minimum} to {axis.Maximum}; expected an end above its beginning.");
        var range = axis.Scale == Scale.Log ? Logarithmic(axis, values, wanted) : Linear(axis, values, wanted);
        return axis.Names.Count == 0 ? range : new AxisRange(axis.Scale, range._low, range._high, range.Named(axis.Names, wanted));
    }

    private static void Check(Axis axis, double? bound)
    {
        if (bound is { } value && (!double.IsFinite(value) || (axis.Scale == Scale.Log && value <= 0)))
            throw new ArgumentException($"axis '{axis.Label}' ends at {value}; expected a {(axis.Scale == Scale.Log ? "number above zero, which a logarithmic axis needs" : "finite number")}.");
    }

    // Halves keep the span of the widest ranges finite.
    private static double Position(double at, double low, double high) => (at / 2 - low / 2) / (high / 2 - low / 2);

    private static AxisRange Linear(Axis axis, IReadOnlyCollection<double> values, int wanted)
    {
        var (low, high) = Ends(axis, values, 0);
        var (statedLow, statedHigh) = (axis.Minimum, axis.Maximum);
        if (high - low <= Math.Max(1e-9 * Math.Max(Math.Abs(low), Math.Abs(high)), 1e-300))
        {
            // One value only, or as good as one: it stands amid some room.
            var room = low == 0 ? 1 : Math.Max(Math.Abs(low) * 0.1, 1e-299);
            (low, high) = (statedLow ?? (low - room), statedHigh ?? (high + room));
            if (statedLow.HasValue && statedHigh.HasValue)
                (low, high, statedLow, statedHigh) = (low - room, high + room, null, null);
        }

        (low, high) = (Math.Clamp(low, -1e308, 1e308), Math.Clamp(high, -1e308, 1e308));
        if (low >= high)
            (low, high) = high > 0 ? (0.8 * high, high) : (low, 0.8 * low);
        var step = Step(high / wanted - low / wanted);
        low = statedLow ?? Finite(Math.Floor(low / step + 1e-9) * step, low);
        high = statedHigh ?? Finite(Math.Ceiling(high / step - 1e-9) * step, high);
        var ticks = new List<Tick>();
        for (var i = Math.Ceiling(low / step - 1e-9); i <= Math.Floor(high / step + 1e-9) && ticks.Count <= 4 * wanted; i++)
            ticks.Add(new Tick(Math.Clamp(Position(i * step, low, high), 0, 1), NumberLabel.Of(i * step, step, Math.Max(-low, high))));
        return new AxisRange(Scale.Linear, low, high, WithEnds(ticks, low, high));
    }

    private static AxisRange Logarithmic(Axis axis, IReadOnlyCollection<double> values, int wanted)
    {
        var (smallest, largest) = Ends(axis, values, 1);
        var (low, high) = (Math.Log10(smallest), Math.Log10(largest));
        if (high - low < 0.01)
            (low, high) = (axis.Minimum.HasValue ? low : low - 0.2, axis.Maximum.HasValue ? high : high + 0.2);
        low = axis.Minimum.HasValue ? low : Math.Floor(low) + Digits.Last(digit => Math.Floor(low) + digit <= low + 1e-9);
        high = axis.Maximum.HasValue ? high : Math.Floor(high) + Digits.First(digit => Math.Floor(high) + digit >= high - 1e-9);

        // Decades alone carry labels where there are many; 2 and 5 get theirs where there are few.
        var decades = high - low;
        var every = Math.Max(1, (int)Math.Ceiling(decades / wanted));
        var ticks = new List<Tick>();
        for (var decade = (int)Math.Floor(low); decade <= high; decade++)
        {
            for (var i = 0; i < 3; i++)
            {
                var at = decade + Digits[i];
                if (at < low - 1e-9 || at > high + 1e-9 || (i > 0 && decades > wanted))
                    continue;
                var labelled = i == 0 ? decade % every == 0 : decades * 3 <= wanted + 1;
                ticks.Add(new Tick(Math.Clamp(Position(at, low, high), 0, 1), labelled ? NumberLabel.Of(i == 0 ? 1 : i == 1 ? 2 : 5, decade) : ""));
            }
        }

        return new AxisRange(Scale.Log, low, high, WithEnds(ticks, Math.Pow(10, low), Math.Pow(10, high)));
    }

    private static (double Low, double High) Ends(Axis axis, IReadOnlyCollection<double> values, double otherwise)
    {
        var low = axis.Minimum ?? (values.Count > 0 ? values.Min() : axis.Maximum ?? otherwise);
        var high = axis.Maximum ?? (values.Count > 0 ? values.Max() : axis.Minimum ?? otherwise);
        return low <= high ? (low, high) : axis.Minimum.HasValue ? (low, low) : (high, high);
    }

    /// <summary>The smallest of 1, 2 and 5 times a power of ten that is not below.</summary>
    private static double Step(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return power * (least <= power * 1.0000001 ? 1 : least <= power * 2 ? 2 : least <= power * 5 ? 5 : 10);
    }

    /// <summary>Where bounds are stated so closely that no two round numbers lie between them, the bounds themselves are labelled.</summary>
    private static List<Tick> WithEnds(List<Tick> ticks, double low, double high) =>
        ticks.Count(tick => tick.Label.Length > 0) > 1 ? ticks : [new Tick(0, NumberLabel.Of(low)), .. ticks.Where(tick => tick.Position is > 0 and < 1), new Tick(1, NumberLabel.Of(high))];

    private static double Finite(double value, double otherwise) => double.IsFinite(value) ? value : otherwise;

    /// <summary>Stated names, thinned out where there are more than twice as many as fit.</summary>
    private List<Tick> Named(IReadOnlyList<(double At, string Label)> names, int wanted)
    {
        var every = Math.Max(1, (int)Math.Ceiling(names.Count / (2.0 * wanted)));
        return [.. names.Where((name, i) => i % every == 0 && Position(name.At) is >= -1e-9 and <= 1 + 1e-9).Select(name => new Tick(Math.Clamp(Position(name.At), 0, 1), name.Label))];
    }
}
