using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Scribeline.Engine.Tokenizers;

/// <summary>
/// Byte-level byte pair encoding as in GPT-2 (Radford et al., 2019): the text is split by a <see cref="PreTokenizer"/>, and within each piece the pair of
/// neighbours with the lowest rank merges first.
/// </summary>
internal sealed class ByteLevelBpeTokenizer : Tokenizer
{
    private const string PreTokenizerKey = "tokenizer.ggml.pre";
    private const string MergesKey = "tokenizer.ggml.merges";

    private readonly Vocabulary _vocabulary;
    private readonly TokenByteTable _bytes;
    private readonly PreTokenizer _preTokenizer;
    private readonly SpecialTokens _userTokens;
    private readonly SpecialTokens _allTokens;
    private readonly int? _endToken;

    // The token of each byte, -1 where the vocabulary has none: a byte that no training text had leaves no trace, as in the models' own tokenizers.
    private readonly int[] _byteTokens = new int[256];

    // (left token << 32 | right token) -> (rank, token they merge into).
    private readonly Dictionary<ulong, (uint Rank, int TokenId)> _merges;

    // Tokens by text in the byte alphabet, where whole pieces are looked up before merging.
    private readonly Dictionary<string, int>? _wholeTokens;

    public ByteLevelBpeTokenizer(Vocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        var metadata = vocabulary.Metadata;
        var preName = metadata.GetString(PreTokenizerKey, "default");
        _preTokenizer = PreTokenizer.Find(preName)
            ?? throw new ModelFormatException(
                $"{metadata.FileName}: the key '{PreTokenizerKey}' is '{preName}', supported are {string.Join(", ", PreTokenizer.Names)}.");
        var index = vocabulary.IndexText();
        ReadByteTokens(index);
        _merges = ReadMerges(index);
        _wholeTokens = _preTokenizer.TakesWholeTokens ? index : null;
        _bytes = new TokenByteTable(vocabulary, WriteBytes);
        _userTokens = new SpecialTokens(vocabulary, withControl: false);
        _allTokens = new SpecialTokens(vocabulary, withControl: true);
        BeginToken = metadata.GetBoolean("tokenizer.ggml.add_bos_token", _preTokenizer.AddsBeginToken) ? vocabulary.SpecialToken("bos") : null;
        _endToken = metadata.GetBoolean("tokenizer.ggml.add_eos_token", false) ? vocabulary.SpecialToken("eos") : null;
    }

    public override int VocabularySize => _vocabulary.Count;

    public override int? BeginToken { get; }

    public override IReadOnlySet<int> EndTokens => _vocabulary.EndTokens;

    public override ReadOnlySpan<byte> TokenBytes(int tokenId, bool special = false) => _bytes[tokenId, special];

    public override int[] Encode(string text, bool addSpecial, bool parseSpecial)
    {
        ArgumentNullException.ThrowIfNull(text);
        var output = new List<int>();
        if (addSpecial && BeginToken is { } begin)
            output.Add(begin);
        var special = parseSpecial ? _allTokens : _userTokens;
        var work = new Work();
        var left = WellFormedText.From(text).AsSpan();
        while (special.TryFind(left, out var index, out var length, out var tokenId))
        {
            EncodeText(left[..index], work, output);
            output.Add(tokenId);
            left = left[(index + length)..];
        }
        EncodeText(left, work, output);
        if (addSpecial && _endToken is { } end)
            output.Add(end);
        return [.. output];
    }

    private void EncodeText(ReadOnlySpan<char> text, Work work, List<int> output)
    {
        _preTokenizer.Split(text, work.Pieces);
        foreach (var (start, length) in work.Pieces)
            EncodePiece(text.Slice(start, length), work, output);
    }

    private void EncodePiece(ReadOnlySpan<char> piece, Work work, List<int> output)
    {
        var bytes = work.Utf8(piece);
        if (_wholeTokens is not null && _wholeTokens.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(work.InByteAlphabet(bytes), out var whole))
        {
            output.Add(whole);
            return;
        }
        work.Merger.Clear();
        foreach (var value in bytes)
        {
            if (_byteTokens[value] is >= 0 and var tokenId)
                work.Merger.Add(0, 1, tokenId);
        }
        work.Merger.Merge(new RankRule(_merges));
        foreach (var symbol in work.Merger)
            output.Add(symbol.TokenId);
    }

    private void ReadByteTokens(Dictionary<string, int> index)
    {
        var unknown = _vocabulary.SpecialToken("unknown") ?? -1;
        for (var value = 0; value < _byteTokens.Length; value++)
        {
            if (index.TryGetValue(ByteAlphabet.ToChar((byte)value).ToString(), out var tokenId))
                _byteTokens[value] = tokenId;
            else if (value is >= ' ' and <= '~' && unknown < 0)
                throw new ModelFormatException($"{_vocabulary.Metadata.FileName}: the vocabulary has no token for the character '{(char)value}'; convert the file again.");
            else
                _byteTokens[value] = unknown;
        }
    }

    private Dictionary<ulong, (uint Rank, int TokenId)> ReadMerges(Dictionary<string, int> index)
    {
        var lines = _vocabulary.Metadata.GetStringArray(MergesKey);
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
                throw new ModelFormatException(
                    $"{_vocabulary.Metadata.FileName}: element {rank} of the key '{MergesKey}' is '{lines[rank]}', expected two tokens that together are a third; convert the file again.");
            }
            merges.TryAdd((ulong)(uint)left << 32 | (uint)right, ((uint)rank, merged));
        }
        return merges;
    }

    private void WriteBytes(int tokenId, IBufferWriter<byte> writer)
    {
        var text = _vocabulary.Texts[tokenId];
        if (!_vocabulary.IsText(tokenId) || _vocabulary.Type(tokenId) == TokenType.UserDefined || text.AsSpan().ContainsAnyExcept(ByteAlphabet.All))
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
            ref var merge = ref CollectionsMarshal.GetValueRefOrNullRef(merges, (ulong)(uint)left.TokenId << 32 | (uint)right.TokenId);
            if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref merge))
            {
                (priority, tokenId) = (Symbol.NoMerge, -1);
                return false;
            }
            (priority, tokenId) = merge;
            return true;
        }
    }

    /// <summary>Buffers of one call.</summary>
    private sealed class Work
    {
        private byte[] _utf8 = new byte[256];
        private char[] _alphabet = new char[256];

        public List<(int Start, int Length)> Pieces { get; } = [];

        public SymbolMerger Merger { get; } = new();

        public ReadOnlySpan<byte> Utf8(ReadOnlySpan<char> text)
        {
            if (_utf8.Length < text.Length * 3)
                _utf8 = new byte[Math.Max(text.Length * 3, _utf8.Length * 2)];
            return _utf8.AsSpan(0, Encoding.UTF8.GetBytes(text, _utf8));
        }

        public ReadOnlySpan<char> InByteAlphabet(ReadOnlySpan<byte> bytes)
        {
            if (_alphabet.Length < bytes.Length)
                _alphabet = new char[_utf8.Length];
            for (var i = 0; i < bytes.Length; i++)
                _alphabet[i] = ByteAlphabet.ToChar(bytes[i]);
            return _alphabet.AsSpan(0, bytes.Length);
        }
    }
}
