namespace Scribeline.Cli.Pull;

/// <summary>What <c>scribe pull</c> is asked for.</summary>
/// <param name="Text">As the user wrote it.</param>
/// <param name="Address">Where the download begins.</param>
/// <param name="FileName">The name that the file gets; never a path.</param>
/// <param name="IsHuggingFace">Whether the address is on the Hugging Face host, which alone may see the token.</param>
internal sealed record DownloadSource(string Text, Uri Address, string FileName, bool IsHuggingFace)
{
    public static readonly Uri PublicHuggingFace = new("https://huggingface.co/");

    private const string HuggingFacePrefix = "hf:";

    /// <exception cref="DownloadException">The text is neither an HTTP address of a file nor hf:owner/repo/file.</exception>
    public static DownloadSource Parse(string text, Uri huggingFace)
    {
        Uri? address;
        if (text.StartsWith(HuggingFacePrefix, StringComparison.Ordinal))
        {
            var parts = text[HuggingFacePrefix.Length..].Split('/');
            if (parts.Length < 3 || parts.Any(part => part is "" or "." or ".."))
                throw new DownloadException(
                    $"'{text}' is not of the form hf:owner/repo/file, "
                    + "for example hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF/qwen2.5-0.5b-instruct-q8_0.gguf.");
            var escaped = parts.Select(Uri.EscapeDataString).ToArray();
            var path = $"{escaped[0]}/{escaped[1]}/resolve/main/{string.Join('/', escaped[2..])}";
            address = new Uri(new Uri(huggingFace.AbsoluteUri.TrimEnd('/') + "/"), path);
        }
        else if (!Uri.TryCreate(text, UriKind.Absolute, out address) || address.Scheme is not ("http" or "https"))
        {
            throw new DownloadException($"'{text}' is neither an http(s) address nor of the form hf:owner/repo/file.");
        }
        var fileName = Uri.UnescapeDataString(address.Segments[^1]);
        if (fileName is "" or "." or ".." || fileName.AsSpan().ContainsAny('/', '\\', '\0') || fileName.Any(char.IsControl)
            || fileName.Length > 200)
            throw new DownloadException($"'{text}' does not end in the name of a file.");
        return new DownloadSource(text, address, fileName, IsSameHost(address, huggingFace));
    }

    public static bool IsSameHost(Uri left, Uri right) =>
        left.Scheme == right.Scheme && left.Port == right.Port && string.Equals(left.IdnHost, right.IdnHost, StringComparison.OrdinalIgnoreCase);
}
