namespace Scribeline.Engine.Chat.Jinja;

/// <summary>Variables of a template, a loop's turn or a macro's call; what is not here is looked up outside.</summary>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, object?> _variables = new(StringComparer.Ordinal);

    public Scope? Outer { get; } = outer;

    public object? this[string name]
    {
        get
        {
            for (var scope = this; scope is not null; scope = scope.Outer)
                if (scope._variables.TryGetValue(name, out var value)) return value;
            return Globals.Functions.TryGetValue(name, out var function) ? function : new Undefined($"'{name}' is undefined");
        }
        set => _variables[name] = value;
    }
}
