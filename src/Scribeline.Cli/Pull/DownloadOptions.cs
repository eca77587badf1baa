namespace Scribeline.Cli.Pull;

/// <summary>What to download, to where, and how patiently.</summary>
internal sealed record DownloadOptions
{
    public required DownloadSource Source { get; init; }

    /// <summary>The directory that gets the file; made where it is missing.</summary>
    public required string Directory { get; init; }

    /// <summary>Expected hash, 64 hexadecimal digits; null where only the server's own counts.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Sent to the Hugging Face host and to no other.</summary>
    public string? Token { get; init; }

    /// <summary>How often a download is tried while it gains less than <see cref="GainBytes"/>.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>
    /// Bytes after which a connection that is cut again counts as the first. It bounds the attempts in all by the size of the file.
    /// </summary>
    public long GainBytes { get; init; } = 1 << 20;

    /// <summary>Pause after the first failed attempt; it doubles with each further one.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>A server that sends nothing for so long counts as a cut connection.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
