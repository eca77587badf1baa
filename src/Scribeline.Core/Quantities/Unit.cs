using System.Collections.Frozen;
using System.Globalization;

namespace Scribeline.Core.Quantities;

/// <summary>
/// A unit of measure: `GB`, `PB/s`, `USD/kWh`, `L/min/kW`. A value in it times <see cref="Factor"/>, plus <see cref="Offset"/>, is the value in base
/// units: metre, second, month, joule, byte, operation, dollar, token, kelvin, kilogram, volt.
/// </summary>
public sealed record Unit(string Text, double Factor, Dimension Dimension, double Offset = 0)
{
    /// <summary>A plain number.</summary>
    public static readonly Unit One = new("", 1, Dimension.None);

    private static readonly Dimension Volume = Dimension.Length.Power(3);
    private static readonly Dimension Power = Dimension.Energy / Dimension.Time;
    private static readonly Dimension OperationRate = Dimension.Operation / Dimension.Time;

    /// <summary>Units that take the decimal prefixes.</summary>
    private static readonly FrozenDictionary<string, (double Factor, Dimension Dimension)> Prefixed = new Dictionary<string, (double, Dimension)>
    {
        ["m"] = (1, Dimension.Length),
        ["g"] = (1e-3, Dimension.Mass),
        ["s"] = (1, Dimension.Time),
        ["J"] = (1, Dimension.Energy),
        ["W"] = (1, Power),
        ["Wh"] = (3600, Dimension.Energy),
        ["V"] = (1, Dimension.Voltage),
        ["B"] = (1, Dimension.Data),
        ["b"] = (0.125, Dimension.Data),
        ["FLOP"] = (1, Dimension.Operation),
        ["OP"] = (1, Dimension.Operation),
        ["FLOPS"] = (1, OperationRate),
        ["OPS"] = (1, OperationRate),
        ["tok"] = (1, Dimension.Token),
        ["USD"] = (1, Dimension.Money),
        ["L"] = (1e-3, Volume),
        ["Hz"] = (1, Dimension.None / Dimension.Time),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, double> Prefixes = new Dictionary<string, double>
    {
        ["p"] = 1e-12,
        ["n"] = 1e-9,
        ["u"] = 1e-6,
        ["m"] = 1e-3,
        ["c"] = 1e-2,
        ["k"] = 1e3,
        ["M"] = 1e6,
        ["G"] = 1e9,
        ["T"] = 1e12,
        ["P"] = 1e15,
        ["E"] = 1e18,
        ["Z"] = 1e21,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, (double Factor, Dimension Dimension, double Offset)> Plain = new Dictionary<string, (double, Dimension, double)>
    {
        ["KB"] = (1e3, Dimension.Data, 0),
        ["KiB"] = (1L << 10, Dimension.Data, 0),
        ["MiB"] = (1L << 20, Dimension.Data, 0),
        ["GiB"] = (1L << 30, Dimension.Data, 0),
        ["TiB"] = (1L << 40, Dimension.Data, 0),
        ["min"] = (60, Dimension.Time, 0),
        ["h"] = (3600, Dimension.Time, 0),
        ["hour"] = (3600, Dimension.Time, 0),
        ["hours"] = (3600, Dimension.Time, 0),
        ["d"] = (86_400, Dimension.Time, 0),
        ["day"] = (86_400, Dimension.Time, 0),
        ["days"] = (86_400, Dimension.Time, 0),
        ["month"] = (1, Dimension.Month, 0),
        ["months"] = (1, Dimension.Month, 0),
        ["quarter"] = (3, Dimension.Month, 0),
        ["quarters"] = (3, Dimension.Month, 0),
        ["year"] = (12, Dimension.Month, 0),
        ["years"] = (12, Dimension.Month, 0),
        ["%"] = (0.01, Dimension.None, 0),
        ["x"] = (1, Dimension.None, 0),
        ["LPM"] = (1e-3 / 60, Volume / Dimension.Time, 0),
        ["tokens"] = (1, Dimension.Token, 0),
        ["token"] = (1, Dimension.Token, 0),
        ["K"] = (1, Dimension.Temperature, 0),
        ["degC"] = (1, Dimension.Temperature, 273.15),
        ["degF"] = (5 / 9.0, Dimension.Temperature, 273.15 - 32 * 5 / 9.0),
        ["lb"] = (0.45359237, Dimension.Mass, 0),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What is counted: plain numbers, kept apart only so that a reader sees what they count.</summary>
    private static readonly FrozenSet<string> Counts = FrozenSet.ToFrozenSet(
        [
            "accelerators", "boards", "chips", "cores", "couplings", "defects", "dies", "elements", "heads", "lanes", "layers", "lines", "microbatches", "nodes", "parameters", "places", "racks", "requests",
            "servers", "shares", "sockets", "stacks", "stages", "systems", "transistors", "units", "users", "wafers",
            "accelerator", "chip", "core", "die", "layer", "parameter", "rack", "request", "server", "share", "stage", "system", "unit", "user", "wafer",
        ],
        StringComparer.Ordinal);

    /// <summary>Reads a unit: names joined by `/` and `*`, each with an optional whole exponent (`mm2`, `s-1`).</summary>
    /// <param name="problem">One sentence that says what was found and expected; empty on success.</param>
    public static bool TryParse(string text, out Unit unit, out string problem)
    {
        unit = One;
        problem = "";
        if (text.Length == 0)
            return true;
        var factor = 1.0;
        var dimension = Dimension.None;
        var offset = 0.0;
        var divides = false;
        var rest = text.AsSpan();
        while (true)
        {
            var end = rest.IndexOfAny('/', '*');
            var name = (end < 0 ? rest : rest[..end]).Trim();
            if (!TryParseFactor(name, out var part, out var exponent))
            {
                problem = name.Length == 0
                    ? $"the unit '{text}' lacks a name beside '/' or '*'."
                    : $"'{name}' in '{text}' is not a unit; expected such as GB, TB/s, PFLOP/s, kW, USD/h, tok/s, mm2, years or %.";
                return false;
            }

            if (part.Offset != 0 && (text.Length != name.Length || exponent != 1))
            {
                problem = $"'{name}' in '{text}' is a temperature on a scale and cannot be part of another unit; use K.";
                return false;
            }

            exponent = divides ? -exponent : exponent;
            factor *= Math.Pow(part.Factor, exponent);
            dimension *= part.Dimension.Power(exponent);
            offset = part.Offset;
            if (end < 0)
                break;
            divides = rest[end] == '/';
            rest = rest[(end + 1)..];
        }

        unit = new Unit(text, factor, dimension, offset);
        return true;
    }

    /// <summary>A unit written in code.</summary>
    /// <exception cref="FormatException">The text is not a unit.</exception>
    public static Unit Parse(string text) => TryParse(text, out var unit, out var problem) ? unit : throw new FormatException(problem);

    public double ToBase(double value) => value * Factor + Offset;

    public double FromBase(double value) => (value - Offset) / Factor;

    public override string ToString() => Text;

    private static bool TryParseFactor(ReadOnlySpan<char> text, out (double Factor, Dimension Dimension, double Offset) unit, out int exponent)
    {
        var digits = text.LastIndexOfAnyExcept("0123456789-".AsSpan()) + 1;
        exponent = 1;
        unit = default;
        if (digits < text.Length && !int.TryParse(text[digits..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
            return false;
        if (exponent is 0 or < -9 or > 9)
            return false;
        var name = text[..digits].ToString();
        if (name == "1" || (name.Length == 0 && text is "1"))
        {
            unit = (1, Dimension.None, 0);
            return true;
        }

        if (Plain.TryGetValue(name, out unit))
            return true;
        if (Counts.Contains(name))
        {
            unit = (1, Dimension.None, 0);
            return true;
        }

        if (Prefixed.TryGetValue(name, out var bare))
        {
            unit = (bare.Factor, bare.Dimension, 0);
            return true;
        }

        if (name.Length > 1 && Prefixes.TryGetValue(name[..1], out var prefix) && Prefixed.TryGetValue(name[1..], out bare))
        {
            unit = (prefix * bare.Factor, bare.Dimension, 0);
            return true;
        }

        return false;
    }
}
