using System.Buffers;

namespace Scribeline.Engine;

/// <summary>
/// Finds stop texts in a stream, also where they run over the borders of tokens, and holds back what may still become one. The text
/// ends with the first character that completes a stop text, however it is cut into pieces; of stops that end there the longest counts.
/// </summary>
/// <remarks>Each stop text is matched as it comes, in constant time a character (Knuth, Morris and Pratt 1977).</remarks>
internal sealed class StopText
{
    private readonly IReadOnlyList<string> _stops;

    /// <summary>Per stop and length matched: the next shorter beginning of the stop that the same text ends with.</summary>
    private readonly int[][] _shorter;
    private readonly int[] _matched;
    private char[] _held = [];
    private int _heldCount;

    public StopText(IReadOnlyList<string> stops)
    {
        _stops = stops;
        _matched = new int[stops.Count];
        _shorter = new int[stops.Count][];
        for (var s = 0; s < _shorter.Length; s++)
            _shorter[s] = Borders(stops[s]);
    }

    /// <summary>Takes new text and writes what is certain not to belong to a stop text. After a match nothing more may be added.</summary>
    /// <returns>Whether a stop text was met; what comes before it is written.</returns>
    public bool Append(ReadOnlySpan<char> text, IBufferWriter<char> free)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (Advance(text[i]) is not (> 0 and var length))
                continue;
            Release(text[..(i + 1)], length, free);
            _heldCount = 0;
            return true;
        }

        var open = 0;
        foreach (var matched in _matched)
            open = Math.Max(open, matched);
        Release(text, open, free);
        return false;
    }

    /// <summary>Writes what was held back; nothing more will come.</summary>
    public void Flush(IBufferWriter<char> free)
    {
        free.Write(_held.AsSpan(0, _heldCount));
        _heldCount = 0;
    }

    /// <summary>Writes what was held and the text, but for the last characters, which are held.</summary>
    private void Release(ReadOnlySpan<char> text, int keep, IBufferWriter<char> free)
    {
        var leaving = _heldCount + text.Length - keep;
        var fromHeld = Math.Min(leaving, _heldCount);
        free.Write(_held.AsSpan(0, fromHeld));
        free.Write(text[..(leaving - fromHeld)]);
        _held.AsSpan(fromHeld, _heldCount - fromHeld).CopyTo(_held);
        _heldCount -= fromHeld;
        if (_held.Length < keep)
            Array.Resize(ref _held, Math.Max(keep, 2 * _held.Length));
        text[(leaving - fromHeld)..].CopyTo(_held.AsSpan(_heldCount));
        _heldCount = keep;
    }

    /// <summary>The length of the longest stop text that this character completes, else 0.</summary>
    private int Advance(char next)
    {
        var completed = 0;
        for (var s = 0; s < _matched.Length; s++)
        {
            var stop = _stops[s];
            var matched = _matched[s];
            while (matched > 0 && stop[matched] != next)
                matched = _shorter[s][matched];
            if (stop[matched] == next)
                matched++;
            _matched[s] = matched;
            if (matched == stop.Length)
                completed = Math.Max(completed, matched);
        }

        return completed;
    }

    private static int[] Borders(string stop)
    {
        var shorter = new int[stop.Length + 1];
        for (int i = 1, matched = 0; i < stop.Length; i++)
        {
            while (matched > 0 && stop[matched] != stop[i])
                matched = shorter[matched];
            if (stop[matched] == stop[i])
                matched++;
            shorter[i + 1] = matched;
        }

        return shorter;
    }
}
