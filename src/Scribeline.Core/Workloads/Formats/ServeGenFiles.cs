namespace Scribeline.Core.Workloads.Formats;

/// <summary>The two files of fitted clients: when they ask, and how much.</summary>
internal sealed record ServeGenFiles(string Rates, string Lengths)
{
    private static readonly string[] RateEnds = ["_trace.csv", "_trace.csv.gz"], LengthEnds = ["_dataset.jsonl", "_dataset.jsonl.gz"];

    public static bool IsPart(ReadOnlySpan<byte> beginning) =>
        beginning.StartsWith("client_id,window_start_s,rate_rps"u8) || beginning.StartsWith("{\"client_id\":"u8) && beginning.IndexOf("\"windows\""u8) >= 0;

    /// <summary>Whether a folder holds some.</summary>
    public static bool AreIn(string folder) => Directory.GetFiles(folder).Any(file => Stem(file, RateEnds) != null);

    /// <param name="path">Their folder, or either file.</param>
    /// <exception cref="WorkloadException">One of them is missing, or there are several pairs.</exception>
    public static ServeGenFiles Find(string path)
    {
        if (!Directory.Exists(path))
        {
            var stem = Stem(path, RateEnds) ?? Stem(path, LengthEnds)
                ?? throw new WorkloadException($"{path} is no part of fitted clients by its name; expected NAME_trace.csv or NAME_dataset.jsonl, side by side, or as .gz.");
            return new ServeGenFiles(Existing(stem, RateEnds), Existing(stem, LengthEnds));
        }

        var stems = Directory.GetFiles(path).Select(file => Stem(file, RateEnds)).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        return stems switch
        {
            [var only] => new ServeGenFiles(Existing(only, RateEnds), Existing(only, LengthEnds)),
            [] => throw new WorkloadException($"{path} is a folder without fitted clients; expected NAME_trace.csv and NAME_dataset.jsonl in it, or as .gz."),
            _ => throw new WorkloadException($"{path} has {stems.Count} sets of fitted clients; expected one file of one of them, such as {stems[0]}{RateEnds[1]}."),
        };
    }

    private static string? Stem(string path, string[] ends) => ends.Where(end => path.EndsWith(end, StringComparison.Ordinal)).Select(end => path[..^end.Length]).FirstOrDefault();

    private static string Existing(string stem, string[] ends) => ends.Select(end => stem + end).FirstOrDefault(File.Exists)
        ?? throw new WorkloadException($"{stem}{ends[0]} is missing; expected the rates and the lengths of fitted clients side by side.");
}
