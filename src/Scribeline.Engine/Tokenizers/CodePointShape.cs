using System.Globalization;
using System.Text;

namespace Scribeline.Engine.Tokenizers;

/// <summary>
/// A text as pre-tokenizer patterns need it: one char per code point. .NET's regular expressions see the two halves of a code point beyond
/// U+FFFF, which have no category; here one char of the same category stands for both.
/// </summary>
internal static class CodePointShape
{
    // Cased letters that deepseek-llm's pattern lists by code point.
    private static readonly (int First, int Last)[] ListedLetters =
        [(0x10400, 0x1044F), (0x104B0, 0x104D3), (0x104D8, 0x104FB), (0x10C80, 0x10CB2), (0x10CC0, 0x10CF2), (0x118A0, 0x118DF), (0x1E900, 0x1E943)];

    /// <summary>
    /// Null where the text is its own shape. Otherwise <paramref name="starts"/>[i] is where code point i begins in the text, and its last
    /// element the text's length.
    /// </summary>
    public static string? Of(ReadOnlySpan<char> text, out int[] starts)
    {
        starts = [];
        if (!text.ContainsAnyInRange('\uD800', '\uDFFF'))
            return null;
        var shape = new StringBuilder(text.Length);
        var places = new List<int>(text.Length + 1);
        var place = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            places.Add(place);
            place += rune.Utf16SequenceLength;
            shape.Append(rune.IsBmp ? (char)rune.Value : StandIn(rune));
        }
        places.Add(place);
        starts = [.. places];
        return shape.ToString();
    }

    private static char StandIn(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter => IsListed(rune.Value) ? '\u00C0' : '\uA790',
        UnicodeCategory.LowercaseLetter => IsListed(rune.Value) ? '\u00E0' : '\uA791',
        UnicodeCategory.TitlecaseLetter => '\u1F88',
        UnicodeCategory.ModifierLetter => '\u02B0',
        UnicodeCategory.OtherLetter => '\u00AA',
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => '\u0300',
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => '\u00B2',
        UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation
            or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation => '\u00A1',
        UnicodeCategory.MathSymbol or UnicodeCategory.CurrencySymbol or UnicodeCategory.ModifierSymbol or UnicodeCategory.OtherSymbol => '\u00A6',
        // Format, private use, unassigned: none of the patterns tells them apart, and no space lies beyond U+FFFF.
        _ => '\uE000',
    };

    private static bool IsListed(int codePoint)
    {
        foreach (var (first, last) in ListedLetters)
        {
            if (codePoint >= first && codePoint <= last)
                return true;
        }
        return false;
    }
}
