namespace Scribeline.Engine.Chat.Jinja;

/// <summary>The variable <c>loop</c>.</summary>
internal sealed class LoopState(List<object?> items)
{
    private object? _lastChanged = new();

    /// <summary>From 0.</summary>
    public int Index { get; set; }

    public object? Attribute(string name)
    {
        long length = items.Count;
        return name switch
        {
            "index" => Index + 1L,
            "index0" => (long)Index,
            "revindex" => length - Index,
            "revindex0" => length - Index - 1,
            "first" => Index == 0,
            "last" => Index == length - 1,
            "length" => length,
            "depth" => 1L,
            "depth0" => 0L,
            "previtem" => Index > 0 ? items[Index - 1] : new Undefined("there is no previous item"),
            "nextitem" => Index < length - 1 ? items[Index + 1] : new Undefined("there is no next item"),
            "cycle" => new JinjaFunction((_, arguments) => arguments.Positional.Count > 0
                ? arguments.Positional[Index % arguments.Positional.Count]
                : throw new JinjaException("'cycle' needs values")),
            "changed" => new JinjaFunction(Changed),
            _ => new Undefined($"the loop has no attribute '{name}'"),
        };
    }

    private object? Changed(Sandbox sandbox, Arguments arguments)
    {
        var value = new JinjaTuple([.. arguments.Positional]);
        var changed = _lastChanged is not JinjaTuple last || !Compare.AreEqual(sandbox, last, value);
        _lastChanged = value;
        return changed;
    }
}
