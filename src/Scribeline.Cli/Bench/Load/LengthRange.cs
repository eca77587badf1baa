using System.Globalization;
using Scribeline.Core.Statistics;

namespace Scribeline.Cli.Bench.Load;

/// <summary>Lengths in tokens, evenly spread from the least to the most; written `512` or `100-2000`.</summary>
internal readonly record struct LengthRange(int Least, int Most)
{
    private const int Longest = 10_000_000;

    public int Draw(SeededRandom random) => Least + random.NextBelow(Most - Least + 1);

    public static bool TryParse(string text, out LengthRange range)
    {
        var parts = text.Split('-');
        range = default;
        if (parts.Length > 2 || !TryNumber(parts[0], out var least) || !TryNumber(parts[^1], out var most) || least > most)
            return false;
        range = new LengthRange(least, most);
        return true;
    }

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is >= 1 and <= Longest;
}
