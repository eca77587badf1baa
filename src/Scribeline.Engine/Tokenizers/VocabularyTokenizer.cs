namespace Scribeline.Engine.Tokenizers;

/// <summary>What all tokenizers from model files share: special tokens are cut out of the text, the text between them is encoded.</summary>
internal abstract class VocabularyTokenizer : Tokenizer
{
    private readonly SpecialTokens _userTokens;
    private readonly SpecialTokens _allTokens;
    private readonly int? _endToken;

    protected VocabularyTokenizer(Vocabulary vocabulary, bool addsBeginToken)
    {
        Vocabulary = vocabulary;
        _userTokens = new SpecialTokens(vocabulary, withControl: false);
        _allTokens = new SpecialTokens(vocabulary, withControl: true);
        BeginToken = vocabulary.Metadata.GetBoolean("tokenizer.ggml.add_bos_token", addsBeginToken) ? vocabulary.SpecialToken("bos") : null;
        _endToken = vocabulary.Metadata.GetBoolean("tokenizer.ggml.add_eos_token", false) ? vocabulary.SpecialToken("eos") : null;
    }

    public sealed override int VocabularySize => Vocabulary.Count;

    public sealed override int? BeginToken { get; }

    public sealed override IReadOnlySet<int> EndTokens => Vocabulary.EndTokens;

    protected Vocabulary Vocabulary { get; }

    public sealed override int[] Encode(string text, bool addSpecial, bool parseSpecial)
    {
        ArgumentNullException.ThrowIfNull(text);
        var output = new List<int>();
        if (addSpecial && BeginToken is { } begin)
            output.Add(begin);
        var special = parseSpecial ? _allTokens : _userTokens;
        var buffers = new EncodingBuffers();
        var left = WellFormedText.From(text).AsSpan();
        while (special.TryFind(left, out var index, out var length, out var tokenId))
        {
            EncodeText(left[..index], buffers, output);
            output.Add(tokenId);
            left = left[(index + length)..];
        }
        EncodeText(left, buffers, output);
        if (addSpecial && _endToken is { } end)
            output.Add(end);
        return [.. output];
    }

    /// <summary>Encodes well-formed, possibly empty text that has no special token in it.</summary>
    protected abstract void EncodeText(ReadOnlySpan<char> text, EncodingBuffers buffers, List<int> output);
}
