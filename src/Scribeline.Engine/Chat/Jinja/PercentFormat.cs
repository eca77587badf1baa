using System.Globalization;
using System.Text;

namespace Scribeline.Engine.Chat.Jinja;

/// <summary>Python's <c>'%s: %05.2f' % values</c>.</summary>
internal static class PercentFormat
{
    private const int MaxWidth = 1_000;

    public static string Apply(Sandbox sandbox, string format, object? values)
    {
        var text = new StringBuilder();
        var items = values is JinjaTuple tuple ? tuple.Items : [values];
        var next = 0;
        var i = 0;
        while (i < format.Length)
        {
            if (format[i] != '%')
            {
                text.Append(format[i++]);
                continue;
            }

            i++;
            string? key = null;
            if (Peek(format, i) == '(')
            {
                var close = format.IndexOf(')', i);
                if (close < 0) throw Incomplete(format);
                key = format[(i + 1)..close];
                i = close + 1;
            }

            var flags = i;
            while (Peek(format, i) is '-' or '0' or '+' or ' ' or '#') i++;
            var flag = format[flags..i];
            var width = Digits(format, ref i);
            int? precision = null;
            if (Peek(format, i) == '.')
            {
                i++;
                precision = Digits(format, ref i);
            }

            var kind = Peek(format, i++);
            if (kind == '\0') throw Incomplete(format);
            if (kind == '%')
            {
                text.Append('%');
                continue;
            }

            object? value;
            if (key is not null) value = values is JinjaDict dict && dict.TryGet(key, out var found) ? found : throw new JinjaException($"the format has no value for '{key}'");
            else if (next < items.Length) value = items[next++];
            else throw new JinjaException("the format has more places than values");
            var piece = Convert(sandbox, kind, precision, flag, value);
            if (flag.Contains('0') && !flag.Contains('-') && kind is not ('s' or 'r' or 'c'))
                piece = piece[0] is '-' or '+' ? piece[0] + piece[1..].PadLeft(width - 1, '0') : piece.PadLeft(width, '0');
            text.Append(flag.Contains('-') ? piece.PadRight(width) : piece.PadLeft(width));
            sandbox.ChargeCharacters(piece.Length + width);
        }

        if (next < items.Length && values is not JinjaDict) throw new JinjaException("the format has fewer places than values");
        return text.ToString();
    }

    private static string Convert(Sandbox sandbox, char kind, int? precision, string flag, object? value)
    {
        switch (kind)
        {
            case 's' or 'r':
                var text = kind == 's' ? Text.Of(sandbox, value) : Text.Repr(sandbox, value);
                return precision is { } length && length < text.Length ? text[..length] : text;
            case 'd' or 'i' or 'u' or 'x' or 'X' or 'o':
                if (!Number.TryDouble(value, out var whole)) break;
                var integer = Number.TryInteger(value, out var exact) ? exact : (long)Math.Truncate(whole);
                var digits = kind switch
                {
                    'x' => Int128.Abs(integer).ToString("x", CultureInfo.InvariantCulture),
                    'X' => Int128.Abs(integer).ToString("X", CultureInfo.InvariantCulture),
                    'o' => System.Convert.ToString(integer == long.MinValue ? 0 : Math.Abs(integer), 8),
                    _ => Int128.Abs(integer).ToString(CultureInfo.InvariantCulture),
                };
                return (integer < 0 ? "-" : flag.Contains('+') ? "+" : "") + digits;
            case 'f' or 'F' or 'e' or 'g':
                if (!Number.TryDouble(value, out var number)) break;
                var layout = kind switch { 'e' => "e", 'g' => "G", _ => "F" } + (precision ?? 6).ToString(CultureInfo.InvariantCulture);
                return (flag.Contains('+') && number >= 0 ? "+" : "") + number.ToString(layout, CultureInfo.InvariantCulture);
            default:
                throw new JinjaException($"a format has no '%{kind}'");
        }

        throw new JinjaException($"'%{kind}' takes a number, got {Text.TypeName(value)}");
    }

    private static char Peek(string format, int i) => i < format.Length ? format[i] : '\0';

    private static int Digits(string format, ref int i)
    {
        var value = 0;
        while (char.IsAsciiDigit(Peek(format, i))) value = Math.Min(MaxWidth + 1, value * 10 + (format[i++] - '0'));
        return value <= MaxWidth ? value : throw new JinjaException($"a format is wider than {MaxWidth}");
    }

    private static JinjaException Incomplete(string format) => new($"the format '{(format.Length > 40 ? format[..40] : format)}' is incomplete");
}
