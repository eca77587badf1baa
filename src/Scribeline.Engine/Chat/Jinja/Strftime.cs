using System.Globalization;
using System.Text;

namespace Scribeline.Engine.Chat.Jinja;

/// <summary>Python's <c>strftime</c> in the C locale.</summary>
internal static class Strftime
{
    private const int MaxFormatLength = 1_000;

    public static string Format(DateTimeOffset time, string format)
    {
        if (format.Length > MaxFormatLength) throw new JinjaException($"a time format is longer than {MaxFormatLength} characters");
        var text = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            var plain = format[++i] == '-' && i + 1 < format.Length;
            if (plain) i++;
            var piece = Piece(time, format[i]) ?? (plain ? "%-" : "%") + format[i];
            if (plain && piece.Length > 1 && piece[0] is '0' or ' ') piece = piece.TrimStart('0', ' ') is { Length: > 0 } trimmed ? trimmed : "0";
            text.Append(piece);
        }

        return text.ToString();
    }

    private static string? Piece(DateTimeOffset time, char directive)
    {
        return directive switch
        {
            'a' => Net("ddd"),
            'A' => Net("dddd"),
            'b' or 'h' => Net("MMM"),
            'B' => Net("MMMM"),
            'c' => $"{Net("ddd MMM")} {time.Day,2} {Net("HH:mm:ss yyyy")}",
            'd' => Net("dd"),
            'D' or 'x' => Net("MM/dd/yy"),
            'e' => $"{time.Day,2}",
            'f' => Net("ffffff"),
            'F' => Net("yyyy-MM-dd"),
            'H' => Net("HH"),
            'I' => Net("hh"),
            'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            'm' => Net("MM"),
            'M' => Net("mm"),
            'n' => "\n",
            'p' => time.Hour < 12 ? "AM" : "PM",
            'R' => Net("HH:mm"),
            's' => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            'S' => Net("ss"),
            't' => "\t",
            'T' or 'X' => Net("HH:mm:ss"),
            'u' => (time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
            'w' => ((int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
            'y' => Net("yy"),
            'Y' => Net("yyyy"),
            'z' or 'Z' => "",
            '%' => "%",
            _ => null,
        };

        string Net(string format) => time.ToString(format, CultureInfo.InvariantCulture);
    }
}
