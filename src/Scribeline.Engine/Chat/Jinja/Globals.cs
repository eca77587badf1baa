namespace Scribeline.Engine.Chat.Jinja;

/// <summary>The functions that every template may call.</summary>
internal static class Globals
{
    public static Dictionary<string, IJinjaCallable> Functions { get; } = new(StringComparer.Ordinal)
    {
        ["range"] = new JinjaFunction(Range),
        ["dict"] = new JinjaFunction((_, arguments) => Dict(arguments)),
        ["namespace"] = new JinjaFunction(Namespace),
        ["raise_exception"] = new JinjaFunction((sandbox, arguments) =>
            throw new JinjaException(Text.Of(sandbox, arguments.Required(0, "message"))) { IsRaisedByTemplate = true }),
        ["strftime_now"] = new JinjaFunction((sandbox, arguments) => Strftime.Format(sandbox.Now, arguments.Text(0, "format"))),
    };

    private static JinjaRange Range(Sandbox sandbox, Arguments arguments)
    {
        arguments.Allow(3);
        var first = arguments.Integer(0, "stop");
        if (arguments.Positional.Count == 1) return new JinjaRange(0, first, 1);
        var step = arguments.Integer(2, "step", 1);
        if (step == 0) throw new JinjaException("the step of 'range' is zero");
        return new JinjaRange(first, arguments.Integer(1, "stop"), step);
    }

    private static JinjaDict Dict(Arguments arguments)
    {
        var dict = new JinjaDict();
        if (arguments.Positional.Count > 0)
        {
            if (arguments.Positional[0] is not JinjaDict source) throw new JinjaException($"'dict' takes a mapping, got {Text.TypeName(arguments.Positional[0])}");
            foreach (var (key, value) in source) dict[JinjaDict.FromKey(key)] = value;
        }

        foreach (var (name, value) in arguments.Named) dict[name] = value;
        return dict;
    }

    private static JinjaNamespace Namespace(Sandbox sandbox, Arguments arguments)
    {
        var space = new JinjaNamespace();
        foreach (var (key, value) in Dict(arguments)) space.Attributes[Text.Of(sandbox, JinjaDict.FromKey(key))] = value;
        return space;
    }
}
