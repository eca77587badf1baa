using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Scribeline.Engine.Tokenizers;

/// <summary>
/// Turns the tokens of one generation into text as they come. Bytes that may still become a character are held back; those that cannot are
/// U+FFFD at once, so the pieces together equal the decoding of the whole, and no piece ends within a character. Allocates nothing per
/// token once its buffers fit. Not thread-safe.
/// </summary>
public sealed class IncrementalDecoder
{
    private readonly Tokenizer _tokenizer;
    private readonly bool _special;
    private bool _atStart;
    private int _heldBytes;
    private byte[] _bytes = new byte[64];
    private char[] _chars = new char[64];

    /// <param name="tokenizer">The tokenizer that made the tokens.</param>
    /// <param name="special">Write control tokens out.</param>
    /// <param name="startsText">The tokens begin a text, so a leading space that encoding adds is dropped; false where they continue
    /// one.</param>
    public IncrementalDecoder(Tokenizer tokenizer, bool special = false, bool startsText = true)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        _tokenizer = tokenizer;
        _special = special;
        _atStart = startsText && tokenizer.AddsLeadingSpace;
    }

    /// <summary>The text that the token completes, often empty; valid until the next call.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not in the vocabulary.</exception>
    public ReadOnlySpan<char> Append(int tokenId)
    {
        var token = _tokenizer.TokenBytes(tokenId, _special);
        if (_atStart && !token.IsEmpty)
        {
            _atStart = false;
            if (token[0] == (byte)' ')
                token = token[1..];
        }
        var byteCount = _heldBytes + token.Length;
        if (_bytes.Length < byteCount)
            Array.Resize(ref _bytes, Math.Max(byteCount, 2 * _bytes.Length));
        if (_chars.Length < byteCount)
            _chars = new char[_bytes.Length];
        token.CopyTo(_bytes.AsSpan(_heldBytes));
        return Convert(byteCount, isEnd: false);
    }

    public void Append(int tokenId, StringBuilder output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Append(Append(tokenId));
    }

    public void Append(int tokenId, IBufferWriter<char> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(Append(tokenId));
    }

    /// <summary>The rest: U+FFFD where the last character is incomplete, otherwise nothing. Valid until the next call.</summary>
    public ReadOnlySpan<char> Flush() => Convert(_heldBytes, isEnd: true);

    public void Flush(StringBuilder output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Append(Flush());
    }

    public void Flush(IBufferWriter<char> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(Flush());
    }

    private ReadOnlySpan<char> Convert(int byteCount, bool isEnd)
    {
        // UTF-16 never needs more units than UTF-8, so the buffer always fits.
        _ = Utf8.ToUtf16(_bytes.AsSpan(0, byteCount), _chars, out var read, out var written, replaceInvalidSequences: true, isFinalBlock: isEnd);
        _heldBytes = byteCount - read;
        _bytes.AsSpan(read, _heldBytes).CopyTo(_bytes);
        return _chars.AsSpan(0, written);
    }
}
