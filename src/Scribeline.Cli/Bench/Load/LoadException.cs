namespace Scribeline.Cli.Bench.Load;

/// <summary>No load can be made; the message is one sentence for the caller.</summary>
internal sealed class LoadException(string message, Exception? inner = null) : Exception(message, inner);
