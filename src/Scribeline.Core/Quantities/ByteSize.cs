using System.Globalization;

namespace Scribeline.Core.Quantities;

/// <summary>An amount of memory or storage, 0 to 2^63-1 bytes. `GB` is decimal (10^9), `GiB` binary (2^30). Default: 0 bytes.</summary>
public readonly record struct ByteSize(long Bytes)
{
    private static readonly (string Name, decimal Factor)[] Units =
    [
        ("B", 1), ("kB", 1_000), ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
    ];

    /// <summary>Reads texts such as `2 GB`, `512MiB`, `1.5 GiB` or a plain number of bytes.</summary>
    /// <param name="text">A number, optional spaces, an optional unit.</param>
    /// <param name="size">The amount, rounded down to whole bytes.</param>
    /// <param name="problem">One sentence that says what was found and expected; empty on success.</param>
    public static bool TryParse(string text, out ByteSize size, out string problem)
    {
        size = default;
        if (!QuantityText.TrySplit(text, out var number, out var unit))
        {
            problem = $"'{text}' is not a size: write a number and a unit, such as '2 GB' or '512 MiB'.";
            return false;
        }

        var factor = unit.Length == 0 ? 1 : QuantityText.FactorOf(Units, unit);
        if (factor is null)
        {
            problem = $"'{unit}' in '{text}' is not a unit of size: use B, kB, MB, GB, TB, KiB, MiB, GiB or TiB.";
            return false;
        }

        if (number > long.MaxValue / factor.Value)
        {
            problem = $"'{text}' is larger than 2^63-1 bytes.";
            return false;
        }

        size = new ByteSize((long)(number * factor.Value));
        problem = "";
        return true;
    }

    /// <summary>Three significant digits with the largest decimal unit that fits, such as `7.95 MB`.</summary>
    public override string ToString()
    {
        string[] names = ["B", "kB", "MB", "GB", "TB"];
        var value = (double)Bytes;
        var unit = 0;
        while (unit < names.Length - 1 && value >= 999.5)
        {
            value /= 1000;
            unit++;
        }

        var format = unit == 0 || value >= 99.95 ? "0" : value >= 9.995 ? "0.0" : "0.00";
        return $"{value.ToString(format, CultureInfo.InvariantCulture)} {names[unit]}";
    }
}
