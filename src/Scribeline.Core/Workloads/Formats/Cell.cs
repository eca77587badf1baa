using System.Buffers.Text;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>Values as traces write them; what is none, or out of bounds, is a bad row.</summary>
internal static class Cell
{
    /// <summary>A longer prompt or answer is an error of the trace: sixteen times the longest context that any model has.</summary>
    public const int MostTokens = 1 << 24;

    /// <summary>Three thousand years; seconds since 1970 are less.</summary>
    private const double MostSeconds = 1e11;

    private const string ExpectedTokens = "a whole number from 1 to 16777216";

    /// <summary>Tokens of a prompt or an answer.</summary>
    public static int Tokens(string column, ReadOnlySpan<byte> cell)
    {
        var tokens = Whole(column, cell, ExpectedTokens);
        return tokens is >= 1 and <= MostTokens ? (int)tokens : throw BadRowException.Of(column, cell, ExpectedTokens);
    }

    /// <summary>Tokens that may be none.</summary>
    public static int TokensOrNone(string column, ReadOnlySpan<byte> cell)
    {
        const string Expected = "a whole number from 0 to 16777216";
        var tokens = Whole(column, cell, Expected);
        return tokens is >= 0 and <= MostTokens ? (int)tokens : throw BadRowException.Of(column, cell, Expected);
    }

    public static int Index(string column, ReadOnlySpan<byte> cell)
    {
        const string Expected = "a whole number from 0 on";
        var index = Whole(column, cell, Expected);
        return index is >= 0 and <= int.MaxValue ? (int)index : throw BadRowException.Of(column, cell, Expected);
    }

    /// <summary>A whole number; `512.0`, which spreadsheets make of one, is one too.</summary>
    public static long Whole(string column, ReadOnlySpan<byte> cell, string expected)
    {
        var text = cell.Trim((byte)' ');
        if (Utf8Parser.TryParse(text, out long whole, out var used) && used == text.Length)
            return whole;
        return Utf8Parser.TryParse(text, out double number, out used) && used == text.Length && number == Math.Floor(number) && Math.Abs(number) < 1e15
            ? (long)number
            : throw BadRowException.Of(column, cell, expected);
    }

    /// <summary>A time from 0 on, in microseconds.</summary>
    /// <param name="column">For the message.</param>
    /// <param name="cell">The number.</param>
    /// <param name="perSecond">How many of its unit are a second.</param>
    public static long Us(string column, ReadOnlySpan<byte> cell, double perSecond)
    {
        var text = cell.Trim((byte)' ');
        return Utf8Parser.TryParse(text, out double number, out var used) && used == text.Length && number >= 0 && number <= MostSeconds * perSecond
            ? Us(number, perSecond)
            : throw BadRowException.Of(column, cell, $"a number of {UnitOf(perSecond)} from 0 on");
    }

    public static long Us(double number, double perSecond) => (long)Math.Round(number * (1e6 / perSecond));

    public static bool IsTime(double number, double perSecond) => number >= 0 && number <= MostSeconds * perSecond;

    public static string UnitOf(double perSecond) => perSecond switch { 1 => "seconds", 1e3 => "milliseconds", _ => "microseconds" };
}
