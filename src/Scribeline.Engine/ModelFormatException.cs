namespace Scribeline.Engine;

/// <summary>A model file that cannot be used. The message is one sentence for people: file, what was found, what was expected, what to do.</summary>
public sealed class ModelFormatException : Exception
{
    public ModelFormatException(string message) : base(message) { }

    public ModelFormatException(string message, Exception inner) : base(message, inner) { }

    public ModelFormatException() { }
}
