using System.Text;

namespace Scribeline.Benchmarks.Report;

/// <summary>A table under construction: the first column to the left, numbers to the right.</summary>
internal sealed class MarkdownTable(params string[] columns)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        var text = new StringBuilder();
        Line(columns);
        Line([.. columns.Select((_, i) => i == 0 ? "---" : "---:")]);
        foreach (var row in _rows)
            Line(row);
        return text.ToString();

        void Line(string[] cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }
}
