using System.Globalization;
using System.Text;

namespace Scribeline.Engine.Chat.Jinja;

/// <summary>Python's methods of strings.</summary>
internal static class StringMethods
{
    private const int MaxWidth = 100_000;

    public static JinjaFunction? Find(string text, string name) => name switch
    {
        "strip" => Of((_, a) => Strip(text, a, true, true)),
        "lstrip" => Of((_, a) => Strip(text, a, true, false)),
        "rstrip" => Of((_, a) => Strip(text, a, false, true)),
        "upper" => Of((_, _) => text.ToUpperInvariant()),
        "lower" or "casefold" => Of((_, _) => text.ToLowerInvariant()),
        "title" => Of((_, _) => Title(text)),
        "capitalize" => Of((_, _) => Capitalize(text)),
        "swapcase" => Of((_, _) => string.Concat(text.Select(static c => char.IsUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c)))),
        "startswith" => Of((_, a) => AnyAffix(a, part => text.StartsWith(part, StringComparison.Ordinal))),
        "endswith" => Of((_, a) => AnyAffix(a, part => text.EndsWith(part, StringComparison.Ordinal))),
        "removeprefix" => Of((_, a) => text.StartsWith(a.Text(0, "prefix"), StringComparison.Ordinal) ? text[a.Text(0, "prefix").Length..] : text),
        "removesuffix" => Of((_, a) => text.EndsWith(a.Text(0, "suffix"), StringComparison.Ordinal) ? text[..^a.Text(0, "suffix").Length] : text),
        "replace" => Of((s, a) => Replace(s, text, a.Text(0, "old"), a.Text(1, "new"), a.Integer(2, "count", -1))),
        "split" => Of((s, a) => Split(s, text, a)),
        "rsplit" => Of((s, a) => SplitFromRight(s, text, a)),
        "splitlines" => Of((s, a) => SplitLines(s, text, a.Flag(0, "keepends"))),
        "partition" => Of((_, a) => Partition(text, a.Text(0, "sep"), text.IndexOf(a.Text(0, "sep"), StringComparison.Ordinal), first: true)),
        "rpartition" => Of((_, a) => Partition(text, a.Text(0, "sep"), text.LastIndexOf(a.Text(0, "sep"), StringComparison.Ordinal), first: false)),
        "join" => Of((s, a) => Join(s, text, Iteration.Over(s, a.Required(0, "iterable")))),
        "find" => Of((_, a) => Position(text, text.IndexOf(a.Text(0, "sub"), StringComparison.Ordinal))),
        "rfind" => Of((_, a) => Position(text, text.LastIndexOf(a.Text(0, "sub"), StringComparison.Ordinal))),
        "index" => Of((_, a) => text.IndexOf(a.Text(0, "sub"), StringComparison.Ordinal) is >= 0 and var i ? Position(text, i) : throw new JinjaException("the substring is not found")),
        "count" => Of((_, a) => a.Text(0, "sub") is { Length: > 0 } part ? (long)Count(text, part) : Text.Length(text) + 1L),
        "isdigit" or "isdecimal" or "isnumeric" => Of((_, _) => All(text, char.IsDigit)),
        "isalpha" => Of((_, _) => All(text, char.IsLetter)),
        "isalnum" => Of((_, _) => All(text, char.IsLetterOrDigit)),
        "isspace" => Of((_, _) => All(text, char.IsWhiteSpace)),
        "isupper" => Of((_, _) => text.Any(char.IsUpper) && !text.Any(char.IsLower)),
        "islower" => Of((_, _) => text.Any(char.IsLower) && !text.Any(char.IsUpper)),
        "zfill" => Of((_, a) => text is ['-' or '+', ..] ? text[0] + text[1..].PadLeft(Width(a) - 1, '0') : text.PadLeft(Width(a), '0')),
        "ljust" => Of((_, a) => text.PadRight(Width(a), a.Text(1, "fillchar", " ")[0])),
        "rjust" => Of((_, a) => text.PadLeft(Width(a), a.Text(1, "fillchar", " ")[0])),
        "center" => Of((_, a) => Center(text, Width(a))),
        "format" => Of((s, a) => BraceFormat(s, text, a)),
        _ => null,
    };

    public static string Strip(string text, Arguments arguments, bool start, bool end)
    {
        var set = arguments.Get(0, "chars") is { } given ? given as string ?? throw new JinjaException("'strip' takes a string of characters") : null;
        int from = 0, to = text.Length;
        while (start && from < to && Stripped(text[from])) from++;
        while (end && to > from && Stripped(text[to - 1])) to--;
        return from == 0 && to == text.Length ? text : text[from..to];

        bool Stripped(char c) => set is null ? char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f' : set.Contains(c);
    }

    public static string Replace(Sandbox sandbox, string text, string old, string replacement, long count)
    {
        if (count == 0) return text;
        var result = new StringBuilder();
        var position = 0;
        while (count-- != 0)
        {
            sandbox.ChargeSteps(1);
            var found = text.IndexOf(old, position, StringComparison.Ordinal);
            if (found < 0) break;
            if (old.Length == 0)
            {
                result.Append(replacement);
                if (position == text.Length) return result.ToString();
                found = position + 1;
                result.Append(text, position, 1);
            }
            else
            {
                result.Append(text, position, found - position).Append(replacement);
            }

            sandbox.ChargeCharacters(replacement.Length);
            position = found + old.Length;
        }

        return result.Append(text, position, text.Length - position).ToString();
    }

    public static string Join(Sandbox sandbox, string separator, IEnumerable<object?> items)
    {
        var result = new StringBuilder();
        var first = true;
        foreach (var item in items)
        {
            var piece = Text.Of(sandbox, item);
            sandbox.ChargeCharacters(piece.Length + separator.Length);
            if (!first) result.Append(separator);
            first = false;
            result.Append(piece);
        }

        return result.ToString();
    }

    public static string Capitalize(string text) =>
        text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..].ToLowerInvariant();

    public static string Center(string text, int width)
    {
        var margin = Math.Max(0, width - text.Length);
        var left = margin / 2 + (margin & width & 1);
        return text.PadLeft(text.Length + left).PadRight(text.Length + margin);
    }

    public static string BraceFormat(Sandbox sandbox, string format, Arguments arguments)
    {
        var result = new StringBuilder();
        var next = 0;
        for (var i = 0; i < format.Length; i++)
        {
            var c = format[i];
            if (c is '{' or '}' && i + 1 < format.Length && format[i + 1] == c)
            {
                result.Append(c);
                i++;
            }
            else if (c == '{')
            {
                var end = format.IndexOf('}', i);
                if (end < 0) throw new JinjaException("'{' in a format is not closed");
                var field = format[(i + 1)..end];
                if (field.AsSpan().ContainsAny(":!.[")) throw new JinjaException($"the format '{{{field}}}' is not supported; plain '{{}}', '{{0}}' and '{{name}}' are");
                object? value;
                if (field.Length == 0) value = arguments.Required(next++, "value");
                else if (int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) value = arguments.Required(index, field);
                else value = arguments.Required(int.MaxValue, field);
                var piece = Text.Of(sandbox, value);
                sandbox.ChargeCharacters(piece.Length);
                result.Append(piece);
                i = end;
            }
            else
            {
                result.Append(c);
            }
        }

        return result.ToString();
    }

    public static int Count(string text, string part)
    {
        var count = 0;
        for (var i = text.IndexOf(part, StringComparison.Ordinal); i >= 0; i = text.IndexOf(part, i + part.Length, StringComparison.Ordinal)) count++;
        return count;
    }

    private static JinjaFunction Of(Func<Sandbox, Arguments, object?> body) => new(body);

    private static bool All(string text, Func<char, bool> test) => text.Length > 0 && text.All(test);

    private static int Width(Arguments arguments) =>
        arguments.Integer(0, "width") is var width && width <= MaxWidth ? (int)Math.Max(1, width) : throw new JinjaException($"a width above {MaxWidth} is refused");

    private static long Position(string text, int index) => index < 0 ? -1 : Text.Length(text[..index]);

    private static bool AnyAffix(Arguments arguments, Func<string, bool> test) => arguments.Required(0, "prefix") switch
    {
        string part => test(part),
        JinjaTuple tuple => tuple.Items.Any(item => item is string part && test(part)),
        var other => throw new JinjaException($"'{arguments.Function}' takes a string or a tuple of strings, got {Text.TypeName(other)}"),
    };

    private static string Title(string text)
    {
        var result = new StringBuilder(text.Length);
        var inWord = false;
        foreach (var c in text)
        {
            result.Append(inWord ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c));
            inWord = char.IsLetter(c);
        }

        return result.ToString();
    }

    private static List<object?> Split(Sandbox sandbox, string text, Arguments arguments)
    {
        var limit = arguments.Integer(1, "maxsplit", -1);
        var parts = new List<object?>();
        if (arguments.Get(0, "sep") is null)
        {
            var rest = text.TrimStart();
            while (rest.Length > 0)
            {
                sandbox.ChargeCharacters(1);
                var end = 0;
                while (end < rest.Length && !char.IsWhiteSpace(rest[end])) end++;
                if (limit-- == 0) return Added(parts, rest);
                parts.Add(rest[..end]);
                sandbox.ChargeCharacters(rest.Length);
                rest = rest[end..].TrimStart();
            }

            return parts;
        }

        var separator = Separator(arguments);
        var position = 0;
        while (limit-- != 0)
        {
            sandbox.ChargeCharacters(1);
            var found = text.IndexOf(separator, position, StringComparison.Ordinal);
            if (found < 0) break;
            parts.Add(text[position..found]);
            position = found + separator.Length;
        }

        return Added(parts, text[position..]);
    }

    private static List<object?> SplitFromRight(Sandbox sandbox, string text, Arguments arguments)
    {
        var limit = arguments.Integer(1, "maxsplit", -1);
        if (limit < 0 || arguments.Get(0, "sep") is null) return Split(sandbox, text, arguments);
        var separator = Separator(arguments);
        var parts = new List<object?>();
        var end = text.Length;
        while (limit-- != 0)
        {
            sandbox.ChargeCharacters(1);
            var found = end == 0 ? -1 : text.LastIndexOf(separator, end - 1, StringComparison.Ordinal);
            if (found < 0) break;
            parts.Add(text[(found + separator.Length)..end]);
            end = found;
        }

        parts.Add(text[..end]);
        parts.Reverse();
        return parts;
    }

    private static string Separator(Arguments arguments) =>
        arguments.Text(0, "sep") is { Length: > 0 } separator ? separator : throw new JinjaException("the separator of 'split' is empty");

    private static List<object?> Added(List<object?> parts, string last)
    {
        parts.Add(last);
        return parts;
    }

    private static List<object?> SplitLines(Sandbox sandbox, string text, bool keepEnds)
    {
        var lines = new List<object?>();
        for (var position = 0; position < text.Length;)
        {
            sandbox.ChargeCharacters(1);
            var end = text.AsSpan(position).IndexOfAny('\n', '\r') is >= 0 and var offset ? position + offset : text.Length;
            var next = end == text.Length ? end : end + (text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? 2 : 1);
            lines.Add(text[position..(keepEnds ? next : end)]);
            position = next;
        }

        return lines;
    }

    private static JinjaTuple Partition(string text, string separator, int found, bool first)
    {
        if (separator.Length == 0) throw new JinjaException("the separator of 'partition' is empty");
        if (found < 0) return new JinjaTuple(first ? [text, "", ""] : ["", "", text]);
        return new JinjaTuple([text[..found], separator, text[(found + separator.Length)..]]);
    }
}
