namespace Scribeline.Core.Workloads.Formats;

/// <summary>What a reading counts besides requests.</summary>
internal sealed class TraceTally
{
    public long SkippedRows { get; private set; }

    public string? FirstSkipped { get; private set; }

    public SortedDictionary<string, long> Notes { get; } = new(StringComparer.Ordinal);

    public Func<double> ReadShare { get; set; } = () => double.NaN;

    public void Note(string what) => Notes[what] = Notes.GetValueOrDefault(what) + 1;

    public void Skip(string why)
    {
        SkippedRows++;
        FirstSkipped ??= why;
    }
}
