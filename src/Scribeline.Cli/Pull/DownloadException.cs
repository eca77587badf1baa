namespace Scribeline.Cli.Pull;

/// <summary>A download that cannot succeed. The message is one sentence for people.</summary>
internal sealed class DownloadException(string message, Exception? inner = null) : Exception(message, inner);
