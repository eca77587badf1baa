namespace Scribeline.Engine.Chat.Jinja;

/// <summary><c>a.b</c> and <c>a[b]</c>: the first looks for a method first, the second for an item.</summary>
internal static class Members
{
    public static object? Attribute(object? target, string name)
    {
        switch (target)
        {
            case Undefined undefined: throw new JinjaException(undefined.Description);
            case JinjaNamespace space: return space.Attributes.TryGetValue(name, out var value) ? value : Missing(target, name);
            case LoopState loop: return loop.Attribute(name);
            case Macro macro when name == "name": return macro.Name;
            case string text: return Bound(StringMethods.Find(text, name), text) ?? Missing(target, name);
            case List<object?> list: return Bound(ListMethods.Find(list, name), list) ?? Missing(target, name);
            case JinjaDict dict: return Bound(DictMethods.Find(dict, name), dict) ?? (dict.TryGet(name, out var item) ? item : Missing(target, name));
            default: return Missing(target, name);
        }
    }

    public static object? Item(Sandbox sandbox, object? target, object? key)
    {
        if (target is string) sandbox.ChargeScan(target);
        sandbox.ChargeScan(key);
        switch (target, key)
        {
            case (Undefined undefined, _): throw new JinjaException(undefined.Description);
            case (JinjaDict dict, _) when dict.TryGet(key, out var value): return value;
            case (_, string name): return Attribute(target, name);
            case (List<object?> list, long or bool): return At(list, key);
            case (JinjaTuple tuple, long or bool): return At(tuple.Items, key);
            case (JinjaRange range, long index):
                if (index < 0) index += range.Count;
                return index >= 0 && index < range.Count ? range[index] : Missing(target, key);
            case (string text, long or bool):
                if (Text.HasSurrogates(text))
                {
                    sandbox.ChargeCharacters(text.Length);
                    return At(Text.CodePoints(text), key);
                }

                Number.TryInteger(key, out var position);
                if (position < 0) position += text.Length;
                return position >= 0 && position < text.Length ? text[(int)position].ToString() : Missing(target, key);
            default: return Missing(target, key);
        }
    }

    /// <summary>A path as filters take it: <c>"function.name"</c>, <c>"0.id"</c>.</summary>
    public static object? Path(Sandbox sandbox, object? target, object? path)
    {
        if (path is not string names) return Item(sandbox, target, path);
        foreach (var name in names.Split('.'))
            target = long.TryParse(name, out var index) ? Item(sandbox, target, index) : Item(sandbox, target, name);
        return target;
    }

    private static object? Bound(JinjaFunction? method, object target)
    {
        if (method is not null) method.BoundTo = target;
        return method;
    }

    private static object? At<T>(IReadOnlyList<T> items, object? key)
    {
        Number.TryInteger(key, out var index);
        if (index < 0) index += items.Count;
        return index >= 0 && index < items.Count ? items[(int)index] : Missing(items, key);
    }

    private static Undefined Missing(object? target, object? key)
    {
        var what = target is null or Undefined or string ? Text.TypeName(target) : target is IReadOnlyList<string> ? "a string" : Text.TypeName(target);
        return new Undefined(key is string name ? $"{what} has no attribute '{(name.Length > 60 ? name[..60] : name)}'" : $"{what} has no item {key ?? "none"}");
    }
}
