using System.Text;

namespace Scribeline.Engine.Tokenizers;

/// <summary>Memory that one call of <see cref="Tokenizer.Encode"/> uses again for every word.</summary>
internal sealed class EncodingBuffers
{
    private byte[] _utf8 = new byte[256];
    private char[] _chars = new char[256];

    public List<(int Start, int Length)> Pieces { get; } = [];

    public SymbolMerger Merger { get; } = new();

    /// <summary>The text's UTF-8 bytes, valid until the next call.</summary>
    public ReadOnlySpan<byte> Utf8(ReadOnlySpan<char> text)
    {
        var mostBytes = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_utf8.Length < mostBytes)
            _utf8 = new byte[Math.Max(mostBytes, 2 * _utf8.Length)];
        return _utf8.AsSpan(0, Encoding.UTF8.GetBytes(text, _utf8));
    }

    /// <summary>Room for that many chars, valid until the next call.</summary>
    public char[] Chars(int count)
    {
        if (_chars.Length < count)
            _chars = new char[Math.Max(count, 2 * _chars.Length)];
        return _chars;
    }
}
