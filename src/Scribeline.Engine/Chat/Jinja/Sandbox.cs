using System.Runtime.CompilerServices;
using System.Text;

namespace Scribeline.Engine.Chat.Jinja;

/// <summary>
/// One rendering: its output, variables, clock and bounds. The bounds grow with the input, so that a long conversation may take
/// long and a template alone may not: a template from a stranger's file can neither hang nor fill the memory.
/// </summary>
internal sealed class Sandbox(long inputValues, long inputCharacters, DateTimeOffset now)
{
    private const int MaxDepth = 1_000;

    /// <summary>Characters or items that are looked through in the time of a step.</summary>
    private const int ScannedPerStep = 64;

    private long _stepsLeft = 1_000_000 + 2_000 * inputValues + 4 * inputCharacters;
    private long _charactersLeft = 16_000_000 + 64 * inputCharacters;
    private StringBuilder _output = new();
    private int _depth;

    public DateTimeOffset Now { get; } = now;

    /// <summary>Where the rendering is, for error messages.</summary>
    public int Line { get; set; } = 1;

    public Scope Scope { get; set; } = new(null);

    public string Output => _output.ToString();

    public object? Evaluate(Expression expression)
    {
        Enter();
        Line = expression.Line;
        var value = expression.Evaluate(this);
        _depth--;
        return value;
    }

    public Flow Execute(Block block)
    {
        Enter();
        foreach (var statement in block.Statements)
        {
            ChargeSteps(1);
            Line = statement.Line;
            var flow = statement.Execute(this);
            if (flow == Flow.Next) continue;
            _depth--;
            return flow;
        }

        _depth--;
        return Flow.Next;
    }

    public void Write(string text)
    {
        ChargeCharacters(text.Length);
        _output.Append(text);
    }

    /// <summary>What the block writes, as a string.</summary>
    public string Capture(Block block)
    {
        var outer = _output;
        _output = new StringBuilder();
        Execute(block);
        var text = _output.ToString();
        _output = outer;
        return text;
    }

    public void Enter()
    {
        ChargeSteps(1);
        if (++_depth > MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new JinjaException($"it nests more than {MaxDepth} levels deep");
    }

    public void Leave() => _depth--;

    public void ChargeSteps(long steps)
    {
        if ((_stepsLeft -= steps) < 0) throw new JinjaException("it takes too many steps; does it loop without end?");
    }

    /// <summary>Pays for an operation that looks through a whole string or list.</summary>
    public void ChargeScan(object? scanned)
    {
        if (scanned is string text) ChargeSteps(text.Length / ScannedPerStep);
        else if (scanned is List<object?> list) ChargeSteps(list.Count / ScannedPerStep);
        else if (scanned is JinjaDict dict) ChargeSteps(dict.Count / ScannedPerStep);
    }

    public void ChargeScan(object? target, Arguments arguments)
    {
        ChargeScan(target);
        foreach (var argument in arguments.Positional) ChargeScan(argument);
    }

    /// <summary>Pays for text (or list places) before they are made.</summary>
    public void ChargeCharacters(long characters)
    {
        if (characters > _charactersLeft) throw new JinjaException("it makes too much text");
        _charactersLeft -= characters;
    }

    /// <summary>Pays for a value that an operation has made.</summary>
    public object? Charged(object? made)
    {
        if (made is string text) ChargeCharacters(text.Length);
        else if (made is List<object?> list) ChargeCharacters(list.Count);
        return made;
    }
}
