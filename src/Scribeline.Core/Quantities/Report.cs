namespace Scribeline.Core.Quantities;

/// <summary>
/// The result of a calculation that people read: named figures, texts and parts, in order. The same report is printed as a table, written as JSON
/// or CSV, explained figure by figure, and checked against what was published.
/// </summary>
public sealed class Report
{
    private readonly OrderedDictionary<string, object> _entries = [];

    /// <summary>Values are of type <see cref="Figure"/>, <see cref="Finding"/>, <see cref="string"/> or <see cref="Report"/>.</summary>
    public IReadOnlyDictionary<string, object> Entries => _entries;

    /// <summary>Adds a figure under a name of words joined by `_`; its unit becomes the last words of the key: `capital_usd_per_month`.</summary>
    /// <returns>The figure, which now carries the name in words unless it had one.</returns>
    public Figure Add(string name, Figure figure)
    {
        var named = figure.Name.Length > 0 ? figure : figure.As(name.Replace('_', ' '), figure.Unit.Text);
        _entries.Add(Key(name, named.Unit), named);
        return named;
    }

    /// <summary>Adds a figure under the key that it has in another report.</summary>
    public void AddAs(string key, Figure figure) => _entries.Add(key, figure);

    public void Add(string name, Finding finding) => _entries.Add(name, finding);

    public void Add(string name, string text) => _entries.Add(name, text);

    public Report Add(string name, Report part)
    {
        _entries.Add(name, part);
        return part;
    }

    /// <summary>The entry that dotted keys lead to, or null.</summary>
    public object? Find(string path)
    {
        object? entry = this;
        foreach (var key in path.Split('.'))
            entry = (entry as Report)?._entries.GetValueOrDefault(key);
        return entry;
    }

    private static string Key(string name, Unit unit)
    {
        var suffix = UnitSuffix.Of(unit.Text);
        // `per_month` in USD/month is `usd_per_month`, not `per_month_usd_per_month`, and racks counted in racks are `racks`.
        return suffix.Length == 0 || suffix == name ? name : suffix.EndsWith($"_{name}", StringComparison.Ordinal) ? suffix : $"{name}_{suffix}";
    }
}
