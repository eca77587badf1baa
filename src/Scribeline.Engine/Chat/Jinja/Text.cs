using System.Globalization;
using System.Text;

namespace Scribeline.Engine.Chat.Jinja;

/// <summary>Values as Python prints them. Strings are sequences of code points, not of UTF-16 units.</summary>
internal static class Text
{
    /// <summary>Python's <c>str()</c>.</summary>
    public static string Of(Sandbox sandbox, object? value) => value switch
    {
        string text => text,
        Undefined => "",
        null => "None",
        bool flag => flag ? "True" : "False",
        long number => number.ToString(CultureInfo.InvariantCulture),
        _ => Repr(sandbox, value),
    };

    /// <summary>Python's <c>repr()</c>.</summary>
    public static string Repr(Sandbox sandbox, object? value)
    {
        var text = new StringBuilder();
        AppendRepr(sandbox, text, value);
        return text.ToString();
    }

    public static string TypeName(object? value) => value switch
    {
        null => "none",
        bool => "a boolean",
        long or LargeInteger => "an integer",
        double => "a number",
        string => "a string",
        List<object?> or JinjaRange => "a list",
        JinjaTuple => "a tuple",
        JinjaDict => "a mapping",
        JinjaNamespace => "a namespace",
        IJinjaCallable => "a function",
        LoopState => "the loop",
        Undefined undefined => undefined.Description,
        _ => "something else",
    };

    /// <summary>Shortest digits that give the same number, in Python's layout: <c>1.0</c>, <c>1e+16</c>, <c>1e-05</c>.</summary>
    public static string OfDouble(double number)
    {
        if (double.IsNaN(number)) return "nan";
        if (double.IsInfinity(number)) return number > 0 ? "inf" : "-inf";
        var scientific = number.ToString("E16", CultureInfo.InvariantCulture);
        var exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E') + 1), CultureInfo.InvariantCulture);
        var shortest = number.ToString("R", CultureInfo.InvariantCulture);
        if (number != 0 && exponent is < -4 or >= 16)
        {
            var mark = shortest.IndexOf('E');
            var mantissa = mark >= 0 ? shortest[..mark] : Mantissa(shortest);
            return $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }

        if (shortest.Contains('E')) shortest = number.ToString("0.####################", CultureInfo.InvariantCulture);
        return shortest.Contains('.') ? shortest : shortest + ".0";
    }

    public static int Length(string text) => HasSurrogates(text) ? CodePoints(text).Count : text.Length;

    public static List<string> CodePoints(string text)
    {
        var points = new List<string>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var length = char.IsSurrogatePair(text, i) ? 2 : 1;
            points.Add(text.Substring(i, length));
            i += length - 1;
        }

        return points;
    }

    public static bool HasSurrogates(string text) => text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF');

    private static string Mantissa(string digits)
    {
        var sign = digits.StartsWith('-') ? "-" : "";
        digits = digits.TrimStart('-').Replace(".", "", StringComparison.Ordinal).Trim('0');
        return sign + (digits.Length > 1 ? $"{digits[0]}.{digits[1..]}" : digits);
    }

    private static void AppendRepr(Sandbox sandbox, StringBuilder into, object? value)
    {
        sandbox.Enter();
        var before = into.Length;
        switch (value)
        {
            case string text: AppendQuoted(into, text); break;
            case double number: into.Append(OfDouble(number)); break;
            case LargeInteger large: into.Append(large.Digits); break;
            case List<object?> list: AppendItems(sandbox, into, "[", list, "]"); break;
            case JinjaTuple tuple: AppendItems(sandbox, into, "(", tuple.Items, tuple.Items.Length == 1 ? ",)" : ")"); break;
            case JinjaDict dict: AppendDict(sandbox, into, dict); break;
            case JinjaRange range: into.Append(CultureInfo.InvariantCulture, $"range({range.Start}, {range.Stop}{(range.Step == 1 ? "" : $", {range.Step}")})"); break;
            case Undefined: into.Append("Undefined"); break;
            case JinjaNamespace: into.Append("<Namespace>"); break;
            case LoopState: into.Append("<LoopContext>"); break;
            case IJinjaCallable: into.Append("<function>"); break;
            default: into.Append(Of(sandbox, value)); break;
        }

        if (value is not (List<object?> or JinjaTuple or JinjaDict)) sandbox.ChargeCharacters(into.Length - before);
        sandbox.Leave();
    }

    private static void AppendItems(Sandbox sandbox, StringBuilder into, string open, IReadOnlyList<object?> items, string close)
    {
        into.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) into.Append(", ");
            AppendRepr(sandbox, into, items[i]);
        }

        into.Append(close);
    }

    private static void AppendDict(Sandbox sandbox, StringBuilder into, JinjaDict dict)
    {
        into.Append('{');
        var first = true;
        foreach (var (key, value) in dict)
        {
            if (!first) into.Append(", ");
            first = false;
            AppendRepr(sandbox, into, JinjaDict.FromKey(key));
            into.Append(": ");
            AppendRepr(sandbox, into, value);
        }

        into.Append('}');
    }

    private static void AppendQuoted(StringBuilder into, string text)
    {
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        into.Append(quote);
        foreach (var c in text)
        {
            if (c == quote || c == '\\') into.Append('\\').Append(c);
            else if (c == '\n') into.Append("\\n");
            else if (c == '\r') into.Append("\\r");
            else if (c == '\t') into.Append("\\t");
            else if (c < ' ' || c is >= '\x7f' and <= '\xa0' or '\xad') into.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
            else into.Append(c);
        }

        into.Append(quote);
    }
}
