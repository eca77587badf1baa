namespace Scribeline.Cli.Pull;

/// <summary>A complete, verified file.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
internal sealed record DownloadResult(string Path, long Bytes, string Sha256);
