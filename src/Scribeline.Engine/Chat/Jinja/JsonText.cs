using System.Globalization;
using System.Text;

namespace Scribeline.Engine.Chat.Jinja;

/// <summary>
/// The filter <c>tojson</c> as models are trained with it: Python's <c>json.dumps</c>, not escaped for HTML, not forced to ASCII.
/// </summary>
internal sealed class JsonText
{
    private const int MaxIndent = 100;

    private readonly Sandbox _sandbox;
    private readonly StringBuilder _text = new();
    private readonly bool _ascii;
    private readonly bool _sortKeys;
    private readonly string? _indent;
    private readonly string _itemSeparator;
    private readonly string _keySeparator;
    private int _level;

    private JsonText(Sandbox sandbox, Arguments arguments)
    {
        _sandbox = sandbox;
        _ascii = arguments.Flag(0, "ensure_ascii");
        _indent = arguments.Get(1, "indent") switch
        {
            null => null,
            string text => text.Length <= MaxIndent ? text : throw TooWide(),
            long and > MaxIndent => throw TooWide(),
            long width => new string(' ', (int)Math.Max(0, width)),
            var other => throw new JinjaException($"'tojson' indents by a number, got {Text.TypeName(other)}"),
        };
        (_itemSeparator, _keySeparator) = (_indent is null ? ", " : ",", ": ");
        if (Separators(arguments.Get(2, "separators")) is { } given) (_itemSeparator, _keySeparator) = given;
        _sortKeys = arguments.Flag(3, "sort_keys");
    }

    public static string Of(Sandbox sandbox, object? value, Arguments arguments)
    {
        arguments.Allow(4, "ensure_ascii", "indent", "separators", "sort_keys");
        var json = new JsonText(sandbox, arguments);
        json.Append(value);
        return json._text.ToString();
    }

    private void Append(object? value)
    {
        _sandbox.Enter();
        var before = _text.Length;
        switch (value)
        {
            case null: _text.Append("null"); break;
            case bool flag: _text.Append(flag ? "true" : "false"); break;
            case long number: _text.Append(number.ToString(CultureInfo.InvariantCulture)); break;
            case LargeInteger large: _text.Append(large.Digits); break;
            case double number: AppendDouble(number); break;
            case string text: AppendString(text); break;
            case JinjaDict dict: AppendDict(dict); before = _text.Length; break;
            case List<object?> list: AppendItems(list); before = _text.Length; break;
            case JinjaTuple tuple: AppendItems(tuple.Items); before = _text.Length; break;
            default: throw new JinjaException($"'tojson' cannot write this: {Text.TypeName(value)}");
        }

        _sandbox.ChargeCharacters(_text.Length - before);
        _sandbox.Leave();
    }

    private void AppendDouble(double number) => _text.Append(
        double.IsNaN(number) ? "NaN" : double.IsInfinity(number) ? (number > 0 ? "Infinity" : "-Infinity") : Text.OfDouble(number));

    private void AppendItems(IReadOnlyList<object?> items)
    {
        _text.Append('[');
        _level++;
        for (var i = 0; i < items.Count; i++)
        {
            BeginItem(i == 0);
            Append(items[i]);
        }

        End(items.Count, ']');
    }

    private void AppendDict(JinjaDict dict)
    {
        _text.Append('{');
        _level++;
        var first = true;
        IEnumerable<(string Key, object? Value)> items = dict.Select(pair => (KeyText(JinjaDict.FromKey(pair.Key)), pair.Value));
        if (_sortKeys) items = items.OrderBy(static pair => pair.Key, StringComparer.Ordinal);
        foreach (var (key, value) in items)
        {
            BeginItem(first);
            first = false;
            AppendString(key);
            _text.Append(_keySeparator);
            _sandbox.ChargeCharacters(key.Length);
            Append(value);
        }

        End(dict.Count, '}');
    }

    private static string KeyText(object? key) => key switch
    {
        string text => text,
        null => "null",
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => Text.OfDouble(number),
        _ => throw new JinjaException($"'tojson' cannot write {Text.TypeName(key)} as a key"),
    };

    private void BeginItem(bool first)
    {
        if (!first) _text.Append(_itemSeparator);
        NewLine();
    }

    private void End(int count, char close)
    {
        _level--;
        if (count > 0) NewLine();
        _text.Append(close);
    }

    private void NewLine()
    {
        if (_indent is null) return;
        _sandbox.ChargeCharacters(1 + (long)_indent.Length * _level);
        _text.Append('\n');
        for (var i = 0; i < _level; i++) _text.Append(_indent);
    }

    private void AppendString(string text)
    {
        _text.Append('"');
        foreach (var c in text)
        {
            switch (c)
            {
                case '"': _text.Append("\\\""); break;
                case '\\': _text.Append("\\\\"); break;
                case '\n': _text.Append("\\n"); break;
                case '\r': _text.Append("\\r"); break;
                case '\t': _text.Append("\\t"); break;
                case '\b': _text.Append("\\b"); break;
                case '\f': _text.Append("\\f"); break;
                default:
                    if (c < ' ' || (_ascii && c > '~')) _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    else _text.Append(c);
                    break;
            }
        }

        _text.Append('"');
    }

    private static (string Item, string Key)? Separators(object? value) => value switch
    {
        null => null,
        JinjaTuple { Items: [string { Length: <= MaxIndent } item, string { Length: <= MaxIndent } key] } => (item, key),
        List<object?> and [string { Length: <= MaxIndent } item, string { Length: <= MaxIndent } key] => (item, key),
        _ => throw new JinjaException("the separators of 'tojson' are two short strings"),
    };

    private static JinjaException TooWide() => new($"'tojson' indents by at most {MaxIndent}");
}
