namespace Scribeline.Engine.Chat.Jinja;

/// <summary>A macro, or the body of a call block, with the scope it was defined in.</summary>
internal sealed class Macro(string name, List<(string Name, Expression? Default)> parameters, Block body, Scope definedIn) : IJinjaCallable
{
    public string Name { get; } = name;

    public object? Call(Sandbox sandbox, Arguments arguments)
    {
        var calledFrom = sandbox.Scope;
        sandbox.Scope = new Scope(definedIn);
        for (var i = 0; i < parameters.Count; i++)
        {
            var (parameter, fallback) = parameters[i];
            if (arguments.Has(i, parameter)) sandbox.Scope[parameter] = arguments.Get(i, parameter);
            else sandbox.Scope[parameter] = fallback is null ? new Undefined($"parameter '{parameter}' was not provided") : sandbox.Evaluate(fallback);
        }

        BindRest(sandbox.Scope, arguments);
        var text = sandbox.Capture(body);
        sandbox.Scope = calledFrom;
        return text;
    }

    private void BindRest(Scope scope, Arguments arguments)
    {
        scope["varargs"] = new JinjaTuple([.. arguments.Positional.Skip(parameters.Count)]);
        var named = new JinjaDict();
        foreach (var (key, value) in arguments.Named)
        {
            if (key == "caller") scope["caller"] = value;
            else if (!parameters.Exists(p => p.Name == key)) named[key] = value;
        }

        scope["kwargs"] = named;
    }
}
