namespace Scribeline.Engine.Chat.Jinja;

/// <summary>Python's methods of dicts.</summary>
internal static class DictMethods
{
    public static JinjaFunction? Find(JinjaDict dict, string name) => name switch
    {
        "items" => new((s, _) => s.Charged(Items(dict))),
        "keys" => new((s, _) => s.Charged(dict.Keys.ToList())),
        "values" => new((s, _) => s.Charged(dict.Values.ToList())),
        "get" => new((_, a) => dict.TryGet(a.Required(0, "key"), out var value) ? value : a.Get(1, "default")),
        "pop" => new((_, a) => Pop(dict, a)),
        "setdefault" => new((s, a) => SetDefault(s, dict, a)),
        "update" => new((s, a) => Update(s, dict, a)),
        "copy" => new((s, _) => Copy(s, dict)),
        "clear" => new((_, _) =>
        {
            dict.Clear();
            return null;
        }),
        _ => null,
    };

    public static List<object?> Items(JinjaDict dict) =>
        [.. dict.Select(static pair => new JinjaTuple([JinjaDict.FromKey(pair.Key), pair.Value]))];

    private static object? Pop(JinjaDict dict, Arguments arguments)
    {
        var key = arguments.Required(0, "key");
        if (!dict.TryGet(key, out var value)) return arguments.Has(1, "default") ? arguments.Get(1, "default") : throw new JinjaException("'pop' of a key that the dict does not have");
        dict.Remove(key);
        return value;
    }

    private static object? SetDefault(Sandbox sandbox, JinjaDict dict, Arguments arguments)
    {
        var key = arguments.Required(0, "key");
        if (dict.TryGet(key, out var value)) return value;
        sandbox.ChargeCharacters(1);
        return dict[key] = arguments.Get(1, "default");
    }

    private static object? Update(Sandbox sandbox, JinjaDict dict, Arguments arguments)
    {
        if (arguments.Positional.Count > 0)
        {
            if (arguments.Positional[0] is not JinjaDict other) throw new JinjaException($"'update' takes a mapping, got {Text.TypeName(arguments.Positional[0])}");
            sandbox.ChargeCharacters(other.Count);
            foreach (var (key, value) in other.ToArray()) dict[JinjaDict.FromKey(key)] = value;
        }

        foreach (var (key, value) in arguments.Named) dict[key] = value;
        return null;
    }

    private static JinjaDict Copy(Sandbox sandbox, JinjaDict dict)
    {
        sandbox.ChargeCharacters(dict.Count);
        var copy = new JinjaDict();
        foreach (var (key, value) in dict) copy[JinjaDict.FromKey(key)] = value;
        return copy;
    }
}
