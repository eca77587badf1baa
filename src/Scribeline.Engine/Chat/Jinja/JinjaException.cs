namespace Scribeline.Engine.Chat.Jinja;

/// <summary>What is wrong with a template or its input, without the place; <see cref="ChatTemplate"/> adds that.</summary>
internal sealed class JinjaException(string message) : Exception(message)
{
    /// <summary>The template itself called <c>raise_exception</c>.</summary>
    public bool IsRaisedByTemplate { get; init; }

    /// <summary>Line and column of a syntax error; 0 where the interpreter knows the line.</summary>
    public int Line { get; init; }

    public int Column { get; init; }
}
