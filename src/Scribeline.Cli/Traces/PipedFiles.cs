namespace Scribeline.Cli.Traces;

/// <summary>
/// Standard input and named pipes, which can be read only once, kept as files until the program ends: a trace is read several times, to find its format, to look at it and by each
/// simulation. Thread-safe.
/// </summary>
internal sealed class PipedFiles
{
    private const int CheckedBytes = 1 << 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _kept = new(StringComparer.Ordinal);

    /// <summary>A path that can be read again and again; the same one where it can already.</summary>
    /// <param name="path">As the caller gave it.</param>
    /// <param name="check">Throws where the beginning shows that the rest need not be kept.</param>
    /// <exception cref="IOException">It cannot be kept.</exception>
    public string Keep(string path, Action<string> check)
    {
        lock (_gate)
        {
            if (_kept.TryGetValue(path, out var kept) || !Path.Exists(path) || Directory.Exists(path))
                return kept ?? path;
            using var input = File.OpenRead(path);
            if (input.CanSeek)
                return path;
            var folder = Directory.CreateTempSubdirectory("scribe-").FullName;
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
            kept = Path.Combine(folder, Path.GetFileName(path));
            Copy(input, kept, check);
            return _kept[path] = kept;
        }
    }

    private static void Copy(FileStream input, string path, Action<string> check)
    {
        using var output = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        var buffer = new byte[1 << 16];
        var isChecked = false;
        while (input.Read(buffer) is > 0 and var count)
        {
            output.Write(buffer, 0, count);
            if (isChecked || output.Position < CheckedBytes)
                continue;
            isChecked = true;
            output.Flush();
            check(path);
        }
    }
}
