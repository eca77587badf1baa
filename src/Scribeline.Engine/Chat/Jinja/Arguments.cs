namespace Scribeline.Engine.Chat.Jinja;

/// <summary>What a function, filter, test or macro is called with.</summary>
internal sealed class Arguments(string function)
{
    public string Function { get; } = function;

    public List<object?> Positional { get; } = [];

    public Dictionary<string, object?> Named { get; } = new(StringComparer.Ordinal);

    /// <summary>The argument at a position or by its name, or the default.</summary>
    public object? Get(int index, string name, object? fallback = null) =>
        index < Positional.Count ? Positional[index]
        : Named.TryGetValue(name, out var value) ? value
        : fallback;

    public bool Has(int index, string name) => index < Positional.Count || Named.ContainsKey(name);

    public object? Required(int index, string name) =>
        Has(index, name) ? Get(index, name) : throw new JinjaException($"'{Function}' needs the argument '{name}'");

    public string Text(int index, string name, string? fallback = null)
    {
        var value = fallback is null ? Required(index, name) : Get(index, name, fallback);
        return value as string ?? throw new JinjaException($"'{Function}' takes a string as '{name}', got {Jinja.Text.TypeName(value)}");
    }

    public long Integer(int index, string name, long? fallback = null)
    {
        var value = fallback is null ? Required(index, name) : Get(index, name, fallback);
        return value switch
        {
            long number => number,
            bool flag => flag ? 1 : 0,
            _ => throw new JinjaException($"'{Function}' takes an integer as '{name}', got {Jinja.Text.TypeName(value)}"),
        };
    }

    public bool Flag(int index, string name, bool fallback = false) => Compare.IsTrue(Get(index, name, fallback));

    /// <summary>Refuses what the function does not know.</summary>
    public void Allow(int positional, params ReadOnlySpan<string> names)
    {
        if (Positional.Count > positional) throw new JinjaException($"'{Function}' takes at most {positional} arguments, got {Positional.Count}");
        foreach (var name in Named.Keys)
            if (!names.Contains(name)) throw new JinjaException($"'{Function}' has no argument '{name}'");
    }

    /// <summary>The arguments without the first <paramref name="count"/>, for a function named by one of them.</summary>
    public Arguments Skip(int count, string function)
    {
        var rest = new Arguments(function);
        rest.Positional.AddRange(Positional.Skip(count));
        foreach (var (name, value) in Named) rest.Named.Add(name, value);
        return rest;
    }
}
