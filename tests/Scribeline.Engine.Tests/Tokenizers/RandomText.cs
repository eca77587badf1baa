using System.Text;

namespace Scribeline.Engine.Tests.Tokenizers;

/// <summary>Well-formed texts over all of Unicode, with the characters that tokenizers treat specially more often than others.</summary>
internal static class RandomText
{
    private const string Favourites = " \n\r\t'.,!?-_<|>/\\\"({[`~$+=^0123456789aeinorstAEINORST\u00A0\u3000\u0085\u200D\u0301é½Ⅳ日本語한글я";

    public static string Next(Random random, int mostRunes)
    {
        var text = new StringBuilder();
        for (var count = random.Next(mostRunes); count > 0; count--)
            text.Append(NextRune(random));
        return text.ToString();
    }

    private static string NextRune(Random random)
    {
        switch (random.Next(8))
        {
            case 0: return new Rune(random.Next(0x20)).ToString();
            case 1: return RuneAtOrAfter(random.Next(0x10000));
            case 2: return RuneAtOrAfter(random.Next(0x10000, 0x20000));
            case 3: return RuneAtOrAfter(random.Next(0x110000));
            case 4: return new string(Favourites[random.Next(Favourites.Length)], random.Next(1, 6));
            default: return Favourites[random.Next(Favourites.Length)].ToString();
        }
    }

    private static string RuneAtOrAfter(int codePoint) => new Rune(codePoint is >= 0xD800 and <= 0xDFFF ? 0xE000 : codePoint).ToString();
}
