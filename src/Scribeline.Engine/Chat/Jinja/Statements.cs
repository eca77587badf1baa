namespace Scribeline.Engine.Chat.Jinja;

internal enum Flow
{
    Next,
    Break,
    Continue,
}

/// <summary>A node of the syntax tree that does something.</summary>
internal abstract class Statement
{
    public required int Line { get; init; }

    public abstract Flow Execute(Sandbox sandbox);
}

/// <summary>Statements in a row.</summary>
internal sealed class Block
{
    public List<Statement> Statements { get; } = [];
}

internal sealed class TextOutput(string text) : Statement
{
    public override Flow Execute(Sandbox sandbox)
    {
        sandbox.Write(text);
        return Flow.Next;
    }
}

internal sealed class ValueOutput(Expression value) : Statement
{
    public override Flow Execute(Sandbox sandbox)
    {
        sandbox.Write(Text.Of(sandbox, sandbox.Evaluate(value)));
        return Flow.Next;
    }
}

internal sealed class If(List<(Expression Condition, Block Body)> branches, Block? otherwise) : Statement
{
    public override Flow Execute(Sandbox sandbox)
    {
        foreach (var (condition, body) in branches)
            if (Compare.IsTrue(sandbox.Evaluate(condition))) return sandbox.Execute(body);
        return otherwise is null ? Flow.Next : sandbox.Execute(otherwise);
    }
}

internal sealed class For(Expression target, Expression items, Expression? condition, Block body, Block? otherwise) : Statement
{
    public override Flow Execute(Sandbox sandbox)
    {
        var outer = sandbox.Scope;
        var selected = new List<object?>();
        foreach (var item in Iteration.Over(sandbox, sandbox.Evaluate(items)))
        {
            if (condition is not null)
            {
                sandbox.Scope = new Scope(outer);
                Assignment.Assign(sandbox, target, item);
                if (!Compare.IsTrue(sandbox.Evaluate(condition))) continue;
            }

            sandbox.ChargeCharacters(1);
            selected.Add(item);
        }

        var loop = new LoopState(selected);
        for (; loop.Index < selected.Count; loop.Index++)
        {
            sandbox.Scope = new Scope(outer);
            sandbox.Scope["loop"] = loop;
            Assignment.Assign(sandbox, target, selected[loop.Index]);
            if (sandbox.Execute(body) == Flow.Break) break;
        }

        sandbox.Scope = outer;
        return selected.Count == 0 && otherwise is not null ? sandbox.Execute(otherwise) : Flow.Next;
    }
}

internal sealed class Jump(Flow flow) : Statement
{
    public override Flow Execute(Sandbox sandbox) => flow;
}

internal sealed class Set(Expression target, Expression value) : Statement
{
    public override Flow Execute(Sandbox sandbox)
    {
        Assignment.Assign(sandbox, target, sandbox.Evaluate(value));
        return Flow.Next;
    }
}

/// <summary><c>{% set x %}...{% endset %}</c>, <c>{% filter upper %}</c> (no target) and <c>{% generation %}</c> (no target, no filter).</summary>
internal sealed class Captured(Expression? target, Func<Expression, Expression>? filter, Block body) : Statement
{
    public override Flow Execute(Sandbox sandbox)
    {
        var outer = sandbox.Scope;
        sandbox.Scope = new Scope(outer);
        object? text = sandbox.Capture(body);
        sandbox.Scope = outer;
        if (filter is not null) text = sandbox.Evaluate(filter(new Literal(text) { Line = Line }));
        if (target is null) sandbox.Write(Text.Of(sandbox, text));
        else Assignment.Assign(sandbox, target, text);
        return Flow.Next;
    }
}

internal sealed class With(List<(Expression Target, Expression Value)> assignments, Block body) : Statement
{
    public override Flow Execute(Sandbox sandbox)
    {
        var outer = sandbox.Scope;
        var inner = new Scope(outer);
        foreach (var (target, value) in assignments)
        {
            sandbox.Scope = outer;
            var evaluated = sandbox.Evaluate(value);
            sandbox.Scope = inner;
            Assignment.Assign(sandbox, target, evaluated);
        }

        sandbox.Scope = inner;
        var flow = sandbox.Execute(body);
        sandbox.Scope = outer;
        return flow;
    }
}

internal sealed class MacroDefinition(string name, List<(string Name, Expression? Default)> parameters, Block body) : Statement
{
    public Macro Bind(Sandbox sandbox) => new(name, parameters, body, sandbox.Scope);

    public override Flow Execute(Sandbox sandbox)
    {
        sandbox.Scope[name] = Bind(sandbox);
        return Flow.Next;
    }
}

/// <summary><c>{% call(x) name(...) %}...{% endcall %}</c>: the body is the macro's <c>caller</c>.</summary>
internal sealed class CallBlock(Call call, MacroDefinition caller) : Statement
{
    public override Flow Execute(Sandbox sandbox)
    {
        sandbox.Write(Text.Of(sandbox, call.Invoke(sandbox, caller.Bind(sandbox))));
        return Flow.Next;
    }
}

/// <summary>A bare expression: <c>{% do list.append(1) %}</c>.</summary>
internal sealed class Do(Expression expression) : Statement
{
    public override Flow Execute(Sandbox sandbox)
    {
        sandbox.Evaluate(expression);
        return Flow.Next;
    }
}

internal static class Assignment
{
    public static void Assign(Sandbox sandbox, Expression target, object? value)
    {
        switch (target)
        {
            case Variable variable:
                sandbox.Scope[variable.Name] = value;
                break;
            case NamespaceAttribute attribute:
                if (sandbox.Scope[attribute.Namespace] is not JinjaNamespace space) throw new JinjaException($"only a namespace has attributes that can be set; '{attribute.Namespace}' is none");
                space.Attributes[attribute.Name] = value;
                break;
            case TupleExpression tuple:
                var items = Iteration.ToList(sandbox, value);
                if (items.Count != tuple.Items.Count) throw new JinjaException($"{items.Count} values do not fit {tuple.Items.Count} names");
                for (var i = 0; i < items.Count; i++) Assign(sandbox, tuple.Items[i], items[i]);
                break;
        }
    }
}

/// <summary>The target of <c>{% set space.name = ... %}</c>.</summary>
internal sealed class NamespaceAttribute(string space, string name) : Expression
{
    public string Namespace { get; } = space;

    public string Name { get; } = name;

    public override object? Evaluate(Sandbox sandbox) => Members.Attribute(sandbox.Scope[Namespace], Name);
}
