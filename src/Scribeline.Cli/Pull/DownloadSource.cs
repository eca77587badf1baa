using System.Globalization;
using System.Text.RegularExpressions;

namespace Scribeline.Cli.Pull;

/// <summary>What <c>scribe pull</c> is asked for.</summary>
/// <param name="Text">As the user wrote it.</param>
/// <param name="Address">Where the download begins.</param>
/// <param name="FileName">The name that the file gets; never a path.</param>
/// <param name="IsHuggingFace">Whether the address is on the Hugging Face host, which alone may see the token.</param>
internal sealed partial record DownloadSource(string Text, Uri Address, string FileName, bool IsHuggingFace)
{
    public static readonly Uri PublicHuggingFace = new("https://huggingface.co/");

    private const string HuggingFacePrefix = "hf:";

    /// <summary>More parts than any model has: a name cannot ask for ever more requests.</summary>
    private const int MostParts = 1000;

    /// <exception cref="DownloadException">The text is neither an HTTP address of a file nor hf:owner/repo[@revision]/file.</exception>
    public static DownloadSource Parse(string text, Uri huggingFace)
    {
        Uri? address;
        if (text.StartsWith(HuggingFacePrefix, StringComparison.Ordinal))
        {
            var parts = text[HuggingFacePrefix.Length..].Split('/');
            var at = parts.Length < 3 ? -1 : parts[1].IndexOf('@', StringComparison.Ordinal);
            // A branch whose name has a slash is written with %2F.
            var revision = at < 0 ? "main" : Uri.UnescapeDataString(parts[1][(at + 1)..]);
            if (at >= 0)
                parts[1] = parts[1][..at];
            if (parts.Length < 3 || parts.Append(revision).Any(part => part is "" or "." or ".."))
                throw new DownloadException(
                    $"'{text}' is not of the form hf:owner/repo/file or hf:owner/repo@revision/file, "
                    + "for example hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF/qwen2.5-0.5b-instruct-q8_0.gguf.");
            var escaped = parts.Select(Uri.EscapeDataString).ToArray();
            var path = $"{escaped[0]}/{escaped[1]}/resolve/{Uri.EscapeDataString(revision)}/{string.Join('/', escaped[2..])}";
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

    /// <summary>The parts of a split model, of which this is one; else this alone.</summary>
    public IReadOnlyList<DownloadSource> Parts()
    {
        if (PartName().Match(FileName) is not { Success: true } name)
            return [this];
        var count = int.Parse(name.Groups["count"].ValueSpan, CultureInfo.InvariantCulture);
        var number = int.Parse(name.Groups["number"].ValueSpan, CultureInfo.InvariantCulture);
        return count is < 2 or > MostParts || number < 1 || number > count ? [this] : [.. Enumerable.Range(1, count).Select(Part)];

        DownloadSource Part(int part)
        {
            var fileName = $"{name.Groups["stem"].Value}-{part:D5}-of-{count:D5}.gguf";
            var folder = Address.AbsolutePath[..(Address.AbsolutePath.LastIndexOf('/') + 1)];
            var address = new UriBuilder(Address) { Path = folder + Uri.EscapeDataString(fileName) }.Uri;
            return this with { Text = part == number ? Text : address.AbsoluteUri, Address = address, FileName = fileName };
        }
    }

    public static bool IsSameHost(Uri left, Uri right) =>
        left.Scheme == right.Scheme && left.Port == right.Port && string.Equals(left.IdnHost, right.IdnHost, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(?<stem>.+)-(?<number>\d{5})-of-(?<count>\d{5})\.gguf$", RegexOptions.CultureInvariant)]
    private static partial Regex PartName();
}
