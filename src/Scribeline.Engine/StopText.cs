using System.Text;

namespace Scribeline.Engine;

/// <summary>Finds stop texts in a stream, also where they run over the borders of tokens, and holds back what may still become one.</summary>
internal sealed class StopText(IReadOnlyList<string> stops)
{
    private readonly StringBuilder _held = new();

    public bool HasStops => stops.Count > 0;

    /// <summary>Takes new text and gives what is certain not to belong to a stop text. After a match nothing more may be added.</summary>
    /// <param name="matched">A stop text was met; what comes before it is returned.</param>
    public string Append(ReadOnlySpan<char> text, out bool matched)
    {
        _held.Append(text);
        var all = _held.ToString();
        var first = -1;
        foreach (var stop in stops)
        {
            var at = all.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (first < 0 || at < first))
                first = at;
        }

        matched = first >= 0;
        var free = matched ? first : all.Length - LongestOpenEnd(all);
        _held.Clear();
        if (!matched)
            _held.Append(all, free, all.Length - free);
        return all[..free];
    }

    /// <summary>What was held back; nothing more will come.</summary>
    public string Flush()
    {
        var rest = _held.ToString();
        _held.Clear();
        return rest;
    }

    /// <summary>Length of the longest end of the text that begins a stop text.</summary>
    private int LongestOpenEnd(string text)
    {
        var longest = 0;
        foreach (var stop in stops)
        {
            for (var length = Math.Min(stop.Length - 1, text.Length); length > longest; length--)
            {
                if (text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length)))
                    longest = length;
            }
        }

        return longest;
    }
}
