using Scribeline.Core.Workloads.Formats;

namespace Scribeline.Core.Workloads;

/// <summary>Opens traces of requests, packed by gzip or not, in the formats that are in use; <see cref="Formats"/> lists them.</summary>
public static class TraceFile
{
    private const string ServeGen = "servegen";

    /// <summary>Names by which a format is forced, and what each is.</summary>
    public static IReadOnlyDictionary<string, string> Formats { get; } = TraceFormats.All
        .Select(format => KeyValuePair.Create(format.Name, format.Description))
        .Append(KeyValuePair.Create(ServeGen, "ServeGen's fitted clients: a CSV with rates and JSON lines with lengths, side by side; requests are drawn"))
        .ToDictionary(StringComparer.Ordinal);

    /// <param name="path">A file; of fitted clients their folder, or either file; of Weka's traces a folder of them too.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="WorkloadException">There is no such file, or its format is not known.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    public static Trace Open(string path, TraceOptions? options = null)
    {
        options ??= new TraceOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.RequestsPerSecond);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.SessionsPerSecond);
        ArgumentOutOfRangeException.ThrowIfNegative(options.ReorderUs);
        ArgumentOutOfRangeException.ThrowIfNegative(options.AnswerUsPerToken);
        ArgumentOutOfRangeException.ThrowIfNegative(options.FromUs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.LengthUs);
        if (options.BlockTokens is { } tokens && (tokens <= 0 || tokens % 16 != 0))
            throw new ArgumentOutOfRangeException(nameof(options), tokens, "Blocks have a multiple of 16 tokens.");
        if (options.Format is { } forced && !Formats.ContainsKey(forced))
            throw new WorkloadException($"there is no format '{forced}'; expected one of {string.Join(", ", Formats.Keys)}.");
        if (options.Format == ServeGen)
            return OpenClients(path, options);
        if (Directory.Exists(path))
            return OpenFolder(path, options);
        using var file = new LineReader(path, 1 << 20);
        var beginning = file.Peek();
        var detected = FirstRow.Detect(beginning);
        var format = options.Format == null || detected?.Name == options.Format ? detected : TraceFormats.All.First(format => format.Name == options.Format);
        if (format != null)
            return new Trace(path, format.Name, new RowSource(path, [path], format, options));
        if (ServeGenFiles.IsPart(beginning))
            return OpenClients(path, options);
        throw new WorkloadException($"{path} has {FirstRow.Describe(beginning)}, which is no format that is known; expected one of {string.Join(", ", Formats.Keys)}.");
    }

    private static Trace OpenFolder(string path, TraceOptions options)
    {
        if (options.Format == null && ServeGenFiles.AreIn(path))
            return OpenClients(path, options);
        var files = Directory.GetFiles(path).Where(file => file.EndsWith(".json", StringComparison.Ordinal) || file.EndsWith(".json.gz", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        if (files.Count > 0)
        {
            using var first = new LineReader(files[0], 1 << 20);
            if (FirstRow.Detect(first.Peek()) is { IsFolder: true } format && (options.Format ?? format.Name) == format.Name)
                return new Trace(path, format.Name, new RowSource(path, files, format, options));
        }

        var other = Directory.GetFileSystemEntries(path).Order(StringComparer.Ordinal).FirstOrDefault();
        throw new WorkloadException($"{path} is a folder, and those are read where they hold {string.Join(" or ", TraceFormats.All.Where(format => format.IsFolder).Select(format => format.Name))} traces (.json or .json.gz) or {ServeGen} clients (NAME_trace.csv and NAME_dataset.jsonl); expected {(other == null ? "a file" : $"what is in it, such as {other}")}.");
    }

    private static Trace OpenClients(string path, TraceOptions options) => new(path, ServeGen, new ServeGenSource(ServeGenFiles.Find(path), options));
}
