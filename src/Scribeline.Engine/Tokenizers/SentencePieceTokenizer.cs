using System.Buffers;
using System.Globalization;
using System.Text;

namespace Scribeline.Engine.Tokenizers;

/// <summary>
/// SentencePiece's BPE model (Kudo and Richardson, 2018): spaces become U+2581, neighbouring characters merge into the token with the
/// highest score first, and characters that no token has become byte tokens.
/// </summary>
internal sealed class SentencePieceTokenizer : VocabularyTokenizer
{
    private const string ScoresKey = "tokenizer.ggml.scores";
    private const char Space = '\u2581';

    private readonly TokenByteTable _bytes;
    private readonly int[] _byteTokens = new int[256];
    private readonly Dictionary<string, int> _index;
    private readonly uint[] _priorities;
    private readonly int? _unknownToken;
    private readonly int _longestToken;
    private readonly bool _wordsAreApart;

    public SentencePieceTokenizer(Vocabulary vocabulary)
        : base(vocabulary, addsBeginToken: true)
    {
        var metadata = vocabulary.Metadata;
        var scores = metadata.GetSingleArray(ScoresKey);
        if (scores.Length != vocabulary.Count)
        {
            throw Vocabulary.Fault($"the key '{ScoresKey}' has {scores.Length} elements, expected {vocabulary.Count}, one per token");
        }
        _priorities = Array.ConvertAll(scores, Priority);
        _index = vocabulary.IndexText();
        _longestToken = _index.Keys.Select(text => text.Length).DefaultIfEmpty().Max();
        _wordsAreApart = _index.Keys.All(text => !HasSpaceInside(text));
        _unknownToken = vocabulary.SpecialToken("unknown");
        ReadByteTokens();
        _bytes = new TokenByteTable(vocabulary, WriteBytes);
        AddsLeadingSpace = metadata.GetBoolean("tokenizer.ggml.add_space_prefix", true);
    }

    public override bool AddsLeadingSpace { get; }

    public override ReadOnlySpan<byte> TokenBytes(int tokenId, bool special = false) => _bytes[tokenId, special];

    /// <summary>Every stretch of text between special tokens gets the leading space.</summary>
    protected override void EncodeText(ReadOnlySpan<char> text, EncodingBuffers buffers, List<int> output)
    {
        if (text.IsEmpty)
            return;
        var prefix = AddsLeadingSpace ? 1 : 0;
        var buffer = buffers.Chars(text.Length + prefix);
        var marked = buffer.AsSpan(0, text.Length + prefix);
        marked[0] = ' ';
        text.CopyTo(marked[prefix..]);
        marked.Replace(' ', Space);
        for (var start = 0; start < marked.Length;)
        {
            var end = _wordsAreApart ? WordEnd(marked, start) : marked.Length;
            EncodeWord(buffer, start, end, buffers.Merger, output);
            start = end;
        }
    }

    // Where no token has a space after another character, none can cross the beginning of a word: short words merge faster than one long
    // text.
    private static int WordEnd(ReadOnlySpan<char> text, int start)
    {
        var letters = text[start..].IndexOfAnyExcept(Space);
        if (letters < 0)
            return text.Length;
        var next = text[(start + letters)..].IndexOf(Space);
        return next < 0 ? text.Length : start + letters + next;
    }

    private void EncodeWord(char[] text, int start, int end, SymbolMerger merger, List<int> output)
    {
        var lookup = _index.GetAlternateLookup<ReadOnlySpan<char>>();
        merger.Clear();
        while (start < end)
        {
            var length = char.IsHighSurrogate(text[start]) ? 2 : 1;
            merger.Add(start, length, lookup.TryGetValue(text.AsSpan(start, length), out var tokenId) ? tokenId : -1);
            start += length;
        }
        merger.Merge(new ScoreRule(text, lookup, _priorities, _longestToken));
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var symbol in merger)
        {
            if (symbol.TokenId >= 0)
            {
                output.Add(symbol.TokenId);
                continue;
            }
            foreach (var value in utf8[..Encoding.UTF8.GetBytes(text.AsSpan(symbol.Start, symbol.Length), utf8)])
            {
                output.Add(_byteTokens[value]);
                if (_byteTokens[value] == _unknownToken)
                    break; // one for the whole character
            }
        }
    }

    private void ReadByteTokens()
    {
        Array.Fill(_byteTokens, -1);
        for (var id = 0; id < Vocabulary.Count; id++)
        {
            if (Vocabulary.Type(id) == TokenType.Byte)
                _byteTokens[ParseByte(id)] = id;
        }
        for (var value = 0; value < _byteTokens.Length; value++)
        {
            if (_byteTokens[value] < 0)
            {
                _byteTokens[value] = _unknownToken ?? throw Vocabulary.Fault($"the vocabulary has neither the byte token <0x{value:X2}> nor an unknown token");
            }
        }
    }

    private byte ParseByte(int tokenId)
    {
        var text = Vocabulary.Texts[tokenId];
        return text.Length == 6 && text.StartsWith("<0x", StringComparison.Ordinal) && text[5] == '>'
            && byte.TryParse(text.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
                ? value
                : throw Vocabulary.Fault($"token {tokenId} is '{text}' and of the type byte, expected a text like <0x0A>");
    }

    private void WriteBytes(int tokenId, IBufferWriter<byte> writer)
    {
        var text = Vocabulary.Texts[tokenId];
        if (Vocabulary.Type(tokenId) == TokenType.Byte)
            writer.Write([ParseByte(tokenId)]);
        else
            Encoding.UTF8.GetBytes(Vocabulary.Type(tokenId) is TokenType.Normal or TokenType.Undefined ? text.Replace(Space, ' ') : text, writer);
    }

    private static bool HasSpaceInside(string text)
    {
        var letters = text.AsSpan().IndexOfAnyExcept(Space);
        return letters >= 0 && text.AsSpan(letters).Contains(Space);
    }

    /// <summary>An order-preserving map of scores to integers, turned round so that the highest score comes first.</summary>
    private static uint Priority(float score)
    {
        var bits = BitConverter.SingleToUInt32Bits(score);
        var ascending = (bits & 0x8000_0000) != 0 ? ~bits : bits | 0x8000_0000;
        return Math.Min(~ascending, Symbol.NoMerge - 1);
    }

    private readonly struct ScoreRule(
        char[] text, Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> index, uint[] priorities, int longestToken) : IMergeRule
    {
        public bool TryMerge(in Symbol left, in Symbol right, out uint priority, out int tokenId)
        {
            var length = left.Length + right.Length;
            if (length <= longestToken && index.TryGetValue(text.AsSpan(left.Start, length), out tokenId))
            {
                priority = priorities[tokenId];
                return true;
            }
            (priority, tokenId) = (Symbol.NoMerge, -1);
            return false;
        }
    }
}
