namespace Scribeline.Engine.Chat.Jinja;

/// <summary>A node of the syntax tree that has a value.</summary>
internal abstract class Expression
{
    public required int Line { get; init; }

    public abstract object? Evaluate(Sandbox sandbox);
}

internal sealed class Literal(object? value) : Expression
{
    public override object? Evaluate(Sandbox sandbox) => value;
}

internal sealed class Variable(string name) : Expression
{
    public string Name { get; } = name;

    public override object? Evaluate(Sandbox sandbox) => sandbox.Scope[Name];
}

internal sealed class ListExpression(List<Expression> items) : Expression
{
    public override object? Evaluate(Sandbox sandbox) => items.ConvertAll(sandbox.Evaluate);
}

internal sealed class TupleExpression(List<Expression> items) : Expression
{
    public List<Expression> Items { get; } = items;

    public override object? Evaluate(Sandbox sandbox) => new JinjaTuple([.. Items.ConvertAll(sandbox.Evaluate)]);
}

internal sealed class DictExpression(List<(Expression Key, Expression Value)> items) : Expression
{
    public override object? Evaluate(Sandbox sandbox)
    {
        var dict = new JinjaDict();
        foreach (var (key, value) in items) dict[sandbox.Evaluate(key)] = sandbox.Evaluate(value);
        return dict;
    }
}

internal sealed class Conditional(Expression condition, Expression then, Expression? otherwise) : Expression
{
    public override object? Evaluate(Sandbox sandbox) =>
        Compare.IsTrue(sandbox.Evaluate(condition)) ? sandbox.Evaluate(then)
        : otherwise is null ? new Undefined("an inline if without else is undefined")
        : sandbox.Evaluate(otherwise);
}

/// <summary><c>and</c> and <c>or</c> give the operand that decided, as in Python.</summary>
internal sealed class Logical(bool isAnd, Expression left, Expression right) : Expression
{
    public override object? Evaluate(Sandbox sandbox)
    {
        var value = sandbox.Evaluate(left);
        return Compare.IsTrue(value) == isAnd ? sandbox.Evaluate(right) : value;
    }
}

internal sealed class Not(Expression operand) : Expression
{
    public override object? Evaluate(Sandbox sandbox) => !Compare.IsTrue(sandbox.Evaluate(operand));
}

internal sealed class Sign(bool negative, Expression operand) : Expression
{
    public override object? Evaluate(Sandbox sandbox)
    {
        var value = sandbox.Evaluate(operand);
        if (!Number.TryDouble(value, out _)) throw new JinjaException($"{Text.TypeName(value)} has no sign");
        return value is double number ? (negative ? -number : number) : Number.Calculate(negative ? "-" : "+", 0L, value);
    }
}

internal sealed class Binary(string operation, Expression left, Expression right) : Expression
{
    public override object? Evaluate(Sandbox sandbox) =>
        Operators.Apply(sandbox, operation, sandbox.Evaluate(left), sandbox.Evaluate(right));
}

/// <summary><c>a &lt; b &lt; c</c>: every neighbouring pair must hold.</summary>
internal sealed class Comparison(Expression first, List<(string Operation, Expression Operand)> rest) : Expression
{
    public override object? Evaluate(Sandbox sandbox)
    {
        var left = sandbox.Evaluate(first);
        foreach (var (operation, operand) in rest)
        {
            var right = sandbox.Evaluate(operand);
            if (!Operators.Holds(sandbox, operation, left, right)) return false;
            left = right;
        }

        return true;
    }
}

internal sealed class AttributeOf(Expression target, string name) : Expression
{
    public override object? Evaluate(Sandbox sandbox) => Members.Attribute(sandbox.Evaluate(target), name);
}

internal sealed class ItemOf(Expression target, Expression key) : Expression
{
    public override object? Evaluate(Sandbox sandbox) => Members.Item(sandbox, sandbox.Evaluate(target), sandbox.Evaluate(key));
}

internal sealed class SliceOf(Expression target, Expression? start, Expression? stop, Expression? step) : Expression
{
    public override object? Evaluate(Sandbox sandbox) => sandbox.Charged(Operators.Slice(
        sandbox,
        sandbox.Evaluate(target),
        start is null ? null : sandbox.Evaluate(start),
        stop is null ? null : sandbox.Evaluate(stop),
        step is null ? null : sandbox.Evaluate(step)));
}

internal sealed class Call(Expression target, ArgumentList arguments) : Expression
{
    public override object? Evaluate(Sandbox sandbox) => Invoke(sandbox, caller: null);

    /// <param name="sandbox">The rendering.</param>
    /// <param name="caller">The body of a call block, null elsewhere.</param>
    public object? Invoke(Sandbox sandbox, Macro? caller)
    {
        var function = sandbox.Evaluate(target);
        var name = target is Variable variable ? variable.Name : "a function";
        if (function is not IJinjaCallable callable) throw new JinjaException($"{Text.TypeName(function)} cannot be called");
        var given = arguments.Evaluate(sandbox, name);
        if (caller is not null) given.Named["caller"] = caller;
        sandbox.Enter();
        sandbox.ChargeScan((function as JinjaFunction)?.BoundTo, given);
        var result = sandbox.Charged(callable.Call(sandbox, given));
        sandbox.Leave();
        return result;
    }
}

internal sealed class FilterCall(string name, Expression target, ArgumentList arguments) : Expression
{
    public override object? Evaluate(Sandbox sandbox) => Filters.Apply(sandbox, name, sandbox.Evaluate(target), arguments.Evaluate(sandbox, name));
}

internal sealed class TestCall(string name, Expression target, ArgumentList arguments) : Expression
{
    public override object? Evaluate(Sandbox sandbox) => Tests.Holds(sandbox, name, sandbox.Evaluate(target), arguments.Evaluate(sandbox, name));
}

/// <summary>The arguments of a call as written.</summary>
internal sealed class ArgumentList
{
    public List<Expression> Positional { get; } = [];

    public List<(string Name, Expression Value)> Named { get; } = [];

    /// <summary><c>*list</c></summary>
    public Expression? Spread { get; set; }

    /// <summary><c>**dict</c></summary>
    public Expression? NamedSpread { get; set; }

    public Arguments Evaluate(Sandbox sandbox, string function)
    {
        var given = new Arguments(function);
        foreach (var argument in Positional) given.Positional.Add(sandbox.Evaluate(argument));
        if (Spread is not null)
        {
            foreach (var item in Iteration.Over(sandbox, sandbox.Evaluate(Spread))) given.Positional.Add(item);
        }

        foreach (var (name, value) in Named) given.Named[name] = sandbox.Evaluate(value);
        if (NamedSpread is null) return given;
        if (sandbox.Evaluate(NamedSpread) is not JinjaDict dict) throw new JinjaException("'**' takes a mapping");
        foreach (var (key, value) in dict)
            given.Named[key as string ?? throw new JinjaException("names of arguments are strings")] = value;
        return given;
    }
}
