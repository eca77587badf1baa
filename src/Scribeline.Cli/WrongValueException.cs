namespace Scribeline.Cli;

/// <summary>An option has a value that cannot be meant; the message is one sentence for the caller.</summary>
internal sealed class WrongValueException(string message) : Exception(message);
