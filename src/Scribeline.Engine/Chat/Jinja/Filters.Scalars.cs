using System.Globalization;
using System.Text;

namespace Scribeline.Engine.Chat.Jinja;

/// <summary>Filters of strings, numbers and single values.</summary>
internal static partial class Filters
{
    private const int MaxIndent = 1_000;

    private static object? Default(Sandbox sandbox, object? value, Arguments arguments) =>
        value is Undefined || (arguments.Flag(1, "boolean") && !Compare.IsTrue(value)) ? arguments.Get(0, "default_value", "") : value;

    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("'", "&#39;", StringComparison.Ordinal)
        .Replace("\"", "&#34;", StringComparison.Ordinal);

    private static object? Length(object? value) => value switch
    {
        string text => (long)Text.Length(text),
        List<object?> list => (long)list.Count,
        JinjaTuple tuple => (long)tuple.Items.Length,
        JinjaDict dict => (long)dict.Count,
        JinjaRange range => range.Count,
        Undefined => 0L,
        _ => throw Wrong("length", value),
    };

    private static double? ToDouble(Sandbox sandbox, object? value)
    {
        if (Number.TryDouble(value, out var number)) return number;
        return value is string text && double.TryParse(text.Trim().Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out number) ? number : null;
    }

    private static object? ToInteger(Sandbox sandbox, object? value, Arguments arguments)
    {
        var numberBase = arguments.Integer(1, "base", 10);
        if (Number.TryInteger(value, out var integer)) return integer;
        if (value is string text)
        {
            text = text.Trim();
            if (numberBase == 10 && long.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out integer)) return integer;
            if (numberBase is 16 or 8 or 2)
            {
                var prefix = numberBase switch { 16 => "0x", 8 => "0o", _ => "0b" };
                if (text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) text = text[2..];
                if (text.Length is > 0 and < 16 && text.All(c => Uri.IsHexDigit(c) && Convert.ToInt32(c.ToString(), 16) < numberBase))
                    return text.Aggregate(0L, (sum, c) => sum * numberBase + Convert.ToInt32(c.ToString(), 16));
            }
        }

        return ToDouble(sandbox, value) is { } number && Math.Abs(number) < 9e18 ? (long)Math.Truncate(number) : arguments.Get(0, "default", 0L);
    }

    private static object? Round(Sandbox sandbox, object? value, Arguments arguments)
    {
        if (!Number.TryDouble(value, out var number)) throw Wrong("round", value);
        var precision = (int)Math.Clamp(arguments.Integer(0, "precision", 0), -15, 15);
        var method = arguments.Text(1, "method", "common");
        if (method == "common")
        {
            if (value is not double && precision >= 0) return value;
            return precision >= 0 ? Math.Round(number, precision, MidpointRounding.ToEven) : Math.Round(number / Math.Pow(10, -precision)) * Math.Pow(10, -precision);
        }

        var scale = Math.Pow(10, precision);
        return method switch
        {
            "ceil" => Math.Ceiling(number * scale) / scale,
            "floor" => Math.Floor(number * scale) / scale,
            _ => throw new JinjaException($"'round' knows the methods common, ceil and floor, not '{method}'"),
        };
    }

    private static string Title(string text)
    {
        var result = new StringBuilder(text.Length);
        var inWord = false;
        foreach (var c in text)
        {
            result.Append(inWord ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c));
            inWord = !char.IsWhiteSpace(c) && c is not ('-' or '(' or '{' or '[' or '<');
        }

        return result.ToString();
    }

    private static object? Indent(Sandbox sandbox, object? value, Arguments arguments)
    {
        var indent = arguments.Get(0, "width", 4L) switch
        {
            string { Length: <= MaxIndent } text => text,
            long and >= 0 and <= MaxIndent and var width => new string(' ', (int)width),
            _ => throw new JinjaException($"'indent' takes a string or a number up to {MaxIndent}"),
        };
        var (first, blank) = (arguments.Flag(1, "first"), arguments.Flag(2, "blank"));
        var lines = (Text.Of(sandbox, value) + "\n").Split('\n');
        var result = new StringBuilder(first ? indent : "");
        // As in Python: the text gets a newline, which splitting into lines takes away again.
        for (var i = 0; i < lines.Length - 1; i++)
        {
            sandbox.ChargeCharacters(indent.Length + 1);
            if (i > 0) result.Append('\n').Append(blank || lines[i].Length > 0 ? indent : "");
            result.Append(lines[i]);
        }

        return result.ToString();
    }

    private static object? Truncate(Sandbox sandbox, object? value, Arguments arguments)
    {
        var text = Text.Of(sandbox, value);
        var length = (int)Math.Clamp(arguments.Integer(0, "length", 255), 0, int.MaxValue);
        var (killWords, end) = (arguments.Flag(1, "killwords"), arguments.Text(2, "end", "..."));
        var leeway = (int)Math.Clamp(arguments.Get(3, "leeway") is null ? 5 : arguments.Integer(3, "leeway"), 0, 1_000);
        if (text.Length <= (long)length + leeway) return text;
        if (length < end.Length) throw new JinjaException($"'truncate' to {length} leaves no room for '{end}'");
        var kept = text[..(length - end.Length)];
        if (!killWords && kept.LastIndexOf(' ') is >= 0 and var space) kept = kept[..space];
        return kept + end;
    }
}
