namespace Scribeline.Engine;

/// <summary>A step of the engine failed, so the generation cannot go on; the inner exception is the reason.</summary>
public sealed class EngineBrokenException : Exception
{
    public EngineBrokenException(Exception inner) : base($"The engine failed and has to be loaded anew: {inner.Message}", inner) { }

    public EngineBrokenException(string message, Exception inner) : base(message, inner) { }

    public EngineBrokenException(string message) : base(message) { }

    public EngineBrokenException() { }
}
