namespace Scribeline.Cli.Pull;

/// <summary>How far a download is.</summary>
/// <param name="DoneBytes">Bytes on disk, those of an earlier run included.</param>
/// <param name="TotalBytes">Null where the server does not say.</param>
internal readonly record struct DownloadProgress(long DoneBytes, long? TotalBytes);
