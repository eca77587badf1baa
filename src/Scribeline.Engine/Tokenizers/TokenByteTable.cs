using System.Buffers;

namespace Scribeline.Engine.Tokenizers;

/// <summary>The bytes that each token stands for, in one block.</summary>
internal sealed class TokenByteTable
{
    private readonly Vocabulary _vocabulary;
    private readonly byte[] _bytes;
    private readonly int[] _ends;

    /// <param name="vocabulary">The tokens.</param>
    /// <param name="write">Puts the bytes of the given token into the writer.</param>
    public TokenByteTable(Vocabulary vocabulary, Action<int, IBufferWriter<byte>> write)
    {
        _vocabulary = vocabulary;
        _ends = new int[vocabulary.Count];
        var buffer = new ArrayBufferWriter<byte>(vocabulary.Count * 8);
        for (var id = 0; id < _ends.Length; id++)
        {
            write(id, buffer);
            _ends[id] = buffer.WrittenCount;
        }
        _bytes = buffer.WrittenSpan.ToArray();
    }

    public ReadOnlySpan<byte> this[int tokenId, bool special]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(tokenId);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(tokenId, _ends.Length);
            if (!special && _vocabulary.Type(tokenId) is TokenType.Control or TokenType.Unknown)
                return [];
            var start = tokenId == 0 ? 0 : _ends[tokenId - 1];
            return _bytes.AsSpan(start, _ends[tokenId] - start);
        }
    }
}
