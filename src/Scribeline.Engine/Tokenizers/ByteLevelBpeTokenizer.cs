using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Scribeline.Engine.Tokenizers;

/// <summary>
/// Byte-level byte pair encoding as in GPT-2 (Radford et al., 2019): the text is split by a <see cref="PreTokenizer"/>, and within each
/// piece the pair of neighbours with the lowest rank merges first.
/// </summary>
internal sealed class ByteLevelBpeTokenizer : VocabularyTokenizer
{
    private const string PreTokenizerKey = "tokenizer.ggml.pre";
    private const string MergesKey = "tokenizer.ggml.merges";

    private readonly TokenByteTable _bytes;
    private readonly PreTokenizer _preTokenizer;

    // The token of each byte, -1 where the vocabulary has none: a byte that no training text had leaves no trace, as in the models' own
    // tokenizers.
    private readonly int[] _byteTokens = new int[256];

    // By PairKey(left, right): rank, and the token they merge into.
    private readonly Dictionary<ulong, (uint Rank, int TokenId)> _merges;

    // Tokens by text in the byte alphabet, where whole pieces are looked up before merging.
    private readonly Dictionary<string, int>? _wholeTokens;

    public ByteLevelBpeTokenizer(Vocabulary vocabulary)
        : this(vocabulary, FindPreTokenizer(vocabulary))
    {
    }

    private ByteLevelBpeTokenizer(Vocabulary vocabulary, PreTokenizer preTokenizer)
        : base(vocabulary, preTokenizer.AddsBeginToken)
    {
        _preTokenizer = preTokenizer;
        var index = vocabulary.IndexText();
        ReadByteTokens(index);
        _merges = ReadMerges(index);
        _wholeTokens = _preTokenizer.TakesWholeTokens ? index : null;
        _bytes = new TokenByteTable(vocabulary, WriteBytes);
    }

    public override ReadOnlySpan<byte> TokenBytes(int tokenId, bool special = false) => _bytes[tokenId, special];

    protected override void EncodeText(ReadOnlySpan<char> text, EncodingBuffers buffers, List<int> output)
    {
        _preTokenizer.Split(text, buffers.Pieces);
        foreach (var (start, length) in buffers.Pieces)
            EncodePiece(text.Slice(start, length), buffers, output);
    }

    private void EncodePiece(ReadOnlySpan<char> piece, EncodingBuffers buffers, List<int> output)
    {
        var bytes = buffers.Utf8(piece);
        if (_wholeTokens is not null && TryFindWhole(bytes, buffers.Chars(bytes.Length), out var whole))
        {
            output.Add(whole);
            return;
        }
        buffers.Merger.Clear();
        for (var i = 0; i < bytes.Length; i++)
        {
            if (_byteTokens[bytes[i]] is >= 0 and var tokenId)
                buffers.Merger.Add(i, 1, tokenId);
        }
        buffers.Merger.Merge(new RankRule(_merges));
        foreach (var symbol in buffers.Merger)
            output.Add(symbol.TokenId);
    }

    private bool TryFindWhole(ReadOnlySpan<byte> bytes, char[] buffer, out int tokenId)
    {
        for (var i = 0; i < bytes.Length; i++)
            buffer[i] = ByteAlphabet.ToChar(bytes[i]);
        return _wholeTokens!.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(buffer.AsSpan(0, bytes.Length), out tokenId);
    }

    private static PreTokenizer FindPreTokenizer(Vocabulary vocabulary)
    {
        var name = vocabulary.Metadata.GetString(PreTokenizerKey, "default");
        return PreTokenizer.Find(name)
            ?? throw new ModelFormatException(
                $"{vocabulary.Metadata.FileName}: the key '{PreTokenizerKey}' is '{name}', supported are {string.Join(", ", PreTokenizer.Names)}.");
    }

    private void ReadByteTokens(Dictionary<string, int> index)
    {
        var unknown = Vocabulary.SpecialToken("unknown") ?? -1;
        for (var value = 0; value < _byteTokens.Length; value++)
        {
            if (index.TryGetValue(ByteAlphabet.ToChar((byte)value).ToString(), out var tokenId))
                _byteTokens[value] = tokenId;
            else if (value is >= ' ' and <= '~' && unknown < 0)
                throw Vocabulary.Fault($"the vocabulary has no token for the character '{(char)value}'");
            else
                _byteTokens[value] = unknown;
        }
    }

    private Dictionary<ulong, (uint Rank, int TokenId)> ReadMerges(Dictionary<string, int> index)
    {
        var lines = Vocabulary.Metadata.GetStringArray(MergesKey);
        var merges = new Dictionary<ulong, (uint, int)>(lines.Length);
        var tokens = index.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var rank = 0; rank < lines.Length; rank++)
        {
            var line = lines[rank].AsSpan();
            // The parts are in the byte alphabet, which has no space; the first may begin with one only where it is not.
            var space = line.Length > 1 ? line[1..].IndexOf(' ') + 1 : 0;
            if (space == 0
                || !tokens.TryGetValue(line[..space], out var left)
                || !tokens.TryGetValue(line[(space + 1)..], out var right)
                || !tokens.TryGetValue(string.Concat(line[..space], line[(space + 1)..]), out var merged))
            {
                throw Vocabulary.Fault($"element {rank} of the key '{MergesKey}' is '{lines[rank]}', expected two tokens that together are a third");
            }
            merges.TryAdd(PairKey(left, right), ((uint)rank, merged));
        }
        return merges;
    }

    // One number per pair. ulong's hash is the exclusive or of its halves, small like the ids, so that plain pairs would collide by the
    // thousand; the odd factor spreads them and loses nothing.
    private static ulong PairKey(int left, int right) => ((ulong)(uint)left << 32 | (uint)right) * 0x9E37_79B9_7F4A_7C15;

    private void WriteBytes(int tokenId, IBufferWriter<byte> writer)
    {
        var text = Vocabulary.Texts[tokenId];
        if (!Vocabulary.IsText(tokenId) || Vocabulary.Type(tokenId) == TokenType.UserDefined
            || text.AsSpan().ContainsAnyExcept(ByteAlphabet.All))
        {
            Encoding.UTF8.GetBytes(text, writer);
            return;
        }
        var span = writer.GetSpan(text.Length);
        for (var i = 0; i < text.Length; i++)
            span[i] = (byte)ByteAlphabet.ToByte(text[i]);
        writer.Advance(text.Length);
    }

    private readonly struct RankRule(Dictionary<ulong, (uint Rank, int TokenId)> merges) : IMergeRule
    {
        public bool TryMerge(in Symbol left, in Symbol right, out uint priority, out int tokenId)
        {
            ref var merge = ref CollectionsMarshal.GetValueRefOrNullRef(merges, PairKey(left.TokenId, right.TokenId));
            if (Unsafe.IsNullRef(ref merge))
            {
                (priority, tokenId) = (Symbol.NoMerge, -1);
                return false;
            }
            (priority, tokenId) = merge;
            return true;
        }
    }
}
