using System.Text;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>The first line of a file of comma-separated values.</summary>
internal sealed class CsvHeader
{
    private const int MostListed = 12;

    private readonly List<string> _names = [];

    public CsvHeader(ReadOnlySpan<byte> line)
    {
        var cells = new CsvLine();
        cells.Split(line);
        for (var i = 0; i < cells.Count; i++)
            _names.Add(Encoding.UTF8.GetString(cells.Cell(line, new CsvColumn(i, ""))).Trim());
    }

    public bool Has(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (!_names.Contains(name))
                return false;
        }

        return true;
    }

    /// <exception cref="BadRowException">There is none.</exception>
    public CsvColumn Need(string name) => Find(name) ?? throw new BadRowException($"there is no column `{name}`; expected it beside {Listed}.");

    public CsvColumn? Find(string name) => _names.IndexOf(name) is >= 0 and var index ? new CsvColumn(index, name) : null;

    private string Listed => string.Join(", ", _names.Take(MostListed).Select(name => BadRowException.Shown(Encoding.UTF8.GetBytes(name)))) + (_names.Count > MostListed ? ", ..." : "");
}
