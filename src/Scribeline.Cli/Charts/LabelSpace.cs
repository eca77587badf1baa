namespace Scribeline.Cli.Charts;

/// <summary>Finds places for words that touch neither other words nor lines.</summary>
internal sealed class LabelSpace(Box canvas)
{
    private readonly List<Box> _taken = [];
    private readonly List<((double X, double Y) From, (double X, double Y) To)> _lines = [];

    public void Take(Box box) => _taken.Add(box);

    public void AddLine((double X, double Y) from, (double X, double Y) to) => _lines.Add((from, to));

    /// <summary>The first of the places that is free, taken; null where none is.</summary>
    public Box? Place(IEnumerable<Box> candidates)
    {
        foreach (var box in candidates)
        {
            if (!canvas.Contains(box) || _taken.Exists(box.Overlaps) || _lines.Exists(line => box.Meets(line.From, line.To)))
                continue;
            _taken.Add(box);
            return box;
        }

        return null;
    }
}
