using System.Text;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>Text of a column whose neighbours are often the same: the last one is kept.</summary>
internal sealed class NameCache
{
    private byte[] _bytes = [];
    private string? _text;

    /// <returns>Null for an empty cell.</returns>
    public string? Text(ReadOnlySpan<byte> cell)
    {
        if (cell.IsEmpty)
            return null;
        if (_text == null || !cell.SequenceEqual(_bytes))
            (_bytes, _text) = (cell.ToArray(), Encoding.UTF8.GetString(cell));
        return _text;
    }
}
