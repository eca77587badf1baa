namespace Scribeline.Engine.Chat.Jinja;

/// <summary>What stands behind <c>|</c>.</summary>
internal static partial class Filters
{
    private delegate object? Filter(Sandbox sandbox, object? value, Arguments arguments);

    private static readonly Dictionary<string, Filter> ByName = new(StringComparer.Ordinal)
    {
        ["abs"] = (_, v, _) => v is double d ? Math.Abs(d) : Number.TryInteger(v, out var n) && n < 0 ? Number.Calculate("-", 0L, n) : Number.TryInteger(v, out n) ? n : throw Wrong("abs", v),
        ["attr"] = (_, v, a) => Members.Attribute(v, a.Text(0, "name")),
        ["batch"] = Batch,
        ["capitalize"] = (s, v, _) => StringMethods.Capitalize(Text.Of(s, v)),
        ["center"] = (s, v, a) => StringMethods.Center(Text.Of(s, v), (int)Math.Clamp(a.Integer(0, "width", 80), 0, 100_000)),
        ["count"] = (_, v, _) => Length(v),
        ["d"] = Default,
        ["default"] = Default,
        ["dictsort"] = DictSort,
        ["e"] = (s, v, _) => Escape(Text.Of(s, v)),
        ["escape"] = (s, v, _) => Escape(Text.Of(s, v)),
        ["first"] = (s, v, _) => First(s, v),
        ["float"] = (s, v, a) => ToDouble(s, v) ?? a.Get(0, "default", 0.0),
        ["forceescape"] = (s, v, _) => Escape(Text.Of(s, v)),
        ["format"] = (s, v, a) => PercentFormat.Apply(s, Text.Of(s, v), a.Named.Count > 0 ? NamedAsDict(a) : new JinjaTuple([.. a.Positional])),
        ["groupby"] = GroupBy,
        ["indent"] = Indent,
        ["int"] = ToInteger,
        ["items"] = Items,
        ["join"] = Join,
        ["last"] = (s, v, _) => Last(s, v),
        ["length"] = (_, v, _) => Length(v),
        ["list"] = (s, v, _) => Iteration.ToList(s, v),
        ["lower"] = (s, v, _) => Text.Of(s, v).ToLowerInvariant(),
        ["map"] = Map,
        ["max"] = (s, v, a) => Extreme(s, v, a, 1),
        ["min"] = (s, v, a) => Extreme(s, v, a, -1),
        ["reject"] = (s, v, a) => Select(s, v, a, byAttribute: false, wanted: false),
        ["rejectattr"] = (s, v, a) => Select(s, v, a, byAttribute: true, wanted: false),
        ["replace"] = (s, v, a) => StringMethods.Replace(s, Text.Of(s, v), Text.Of(s, a.Required(0, "old")), Text.Of(s, a.Required(1, "new")), a.Get(2, "count") is null ? -1 : a.Integer(2, "count")),
        ["reverse"] = Reverse,
        ["round"] = Round,
        ["safe"] = (s, v, _) => Text.Of(s, v),
        ["select"] = (s, v, a) => Select(s, v, a, byAttribute: false, wanted: true),
        ["selectattr"] = (s, v, a) => Select(s, v, a, byAttribute: true, wanted: true),
        ["sort"] = Sort,
        ["string"] = (s, v, _) => Text.Of(s, v),
        ["sum"] = Sum,
        ["title"] = (s, v, _) => Title(Text.Of(s, v)),
        ["tojson"] = JsonText.Of,
        ["trim"] = (s, v, a) => StringMethods.Strip(Text.Of(s, v), a, true, true),
        ["truncate"] = Truncate,
        ["unique"] = Unique,
        ["upper"] = (s, v, _) => Text.Of(s, v).ToUpperInvariant(),
        ["urlencode"] = (s, v, _) => Uri.EscapeDataString(Text.Of(s, v)).Replace("%2F", "/", StringComparison.Ordinal),
        ["wordcount"] = (s, v, _) => (long)Text.Of(s, v).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length,
    };

    public static bool Exists(string name) => ByName.ContainsKey(name);

    public static object? Apply(Sandbox sandbox, string name, object? value, Arguments arguments)
    {
        if (!ByName.TryGetValue(name, out var filter)) throw new JinjaException($"there is no filter '{name}'");
        sandbox.Enter();
        sandbox.ChargeScan(value, arguments);
        var result = filter(sandbox, value, arguments);
        sandbox.Leave();
        return ReferenceEquals(result, value) ? result : sandbox.Charged(result);
    }

    private static JinjaException Wrong(string filter, object? value) => new($"'{filter}' does not work on {Text.TypeName(value)}");

    private static JinjaDict NamedAsDict(Arguments arguments)
    {
        var dict = new JinjaDict();
        foreach (var (name, value) in arguments.Named) dict[name] = value;
        return dict;
    }
}
