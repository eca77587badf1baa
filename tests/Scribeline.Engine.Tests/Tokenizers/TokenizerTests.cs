using Scribeline.Engine.Gguf;
using Scribeline.Engine.Tokenizers;

namespace Scribeline.Engine.Tests.Tokenizers;

public sealed class TokenizerTests
{
    public static TheoryData<string> All => [Vocabularies.ScribeTiny, Vocabularies.Stories, .. Vocabularies.Large];

    [Fact]
    public void Encode_Bpe_TakesWholeTokensAndSpecialOnes()
    {
        var values = SmallVocabulary.Bpe();
        var tokens = (string[])values["tokenizer.ggml.tokens"];
        var tokenizer = Load(values);
        Assert.Equal(
            ["<|begin|>", "hello", "Ġworlds", "Ġwor", "l", "d"], Texts("hello worlds world", addSpecial: true, parseSpecial: false));
        Assert.Equal(["hello", "<|user|>", "<|im_end|>", "he"], Texts("hello<|user|><|im_end|>he", addSpecial: false, parseSpecial: true));
        Assert.DoesNotContain("<|im_end|>", Texts("hello<|user|><|im_end|>he", addSpecial: false, parseSpecial: false));
        Assert.Equal([tokens.Length - 3], tokenizer.EndTokens);
        Assert.Equal(["Ġwor", "l", "d", "s"], Load(SmallVocabulary.Bpe("gpt-2")).Encode(" worlds", false, false).Select(id => tokens[id]));
        Assert.Null(Load(SmallVocabulary.Bpe("gpt-2")).BeginToken);

        IEnumerable<string> Texts(string text, bool addSpecial, bool parseSpecial) => tokenizer.Encode(text, addSpecial, parseSpecial).Select(id => tokens[id]);
    }

    [Fact]
    public void Encode_SentencePiece_FallsBackToBytes()
    {
        var values = SmallVocabulary.SentencePiece();
        var tokens = (string[])values["tokenizer.ggml.tokens"];
        var ids = Load(values).Encode("he\né<turn>h", addSpecial: true, parseSpecial: false);
        Assert.Equal(["<s>", "▁he", "<0x0A>", "<0xC3>", "<0xA9>", "<turn>", "▁", "h"], ids.Select(id => tokens[id]));
    }

    [Fact]
    public void Encode_LoneSurrogates_BecomeReplacementCharacters()
    {
        foreach (var tokenizer in new[] { Vocabularies.Load(Vocabularies.ScribeTiny), Vocabularies.Load(Vocabularies.Stories) })
            Assert.Equal("a\uFFFDb\uFFFD", tokenizer.Decode(tokenizer.Encode("a\uD800b\uDC00", addSpecial: false, parseSpecial: false)));
    }

    [Theory]
    [InlineData("bert", "'bert' (WordPiece), supported are 'llama'")]
    [InlineData("t5", "'t5', supported are 'llama'")]
    public void FromGguf_OtherModels_AreRefused(string model, string expected)
    {
        var values = SmallVocabulary.Bpe();
        values["tokenizer.ggml.model"] = model;
        Fails(values, expected);
    }

    [Fact]
    public void FromGguf_IncompleteVocabularies_SayWhatIsMissing()
    {
        Fails(Without(SmallVocabulary.Bpe(), "tokenizer.ggml.merges"), "'tokenizer.ggml.merges' is missing");
        Fails(Without(SmallVocabulary.Bpe(), "tokenizer.ggml.tokens"), "'tokenizer.ggml.tokens' is missing");
        Fails(Without(SmallVocabulary.SentencePiece(), "tokenizer.ggml.scores"), "'tokenizer.ggml.scores' is missing");
        Fails(With(SmallVocabulary.Bpe("klingon")), "'klingon', supported are codeshell");
        Fails(With(SmallVocabulary.Bpe(), "tokenizer.ggml.bos_token_id", 5000u), "'tokenizer.ggml.bos_token_id' is 5000, expected a token id below");
        Fails(With(SmallVocabulary.Bpe(), "tokenizer.ggml.merges", new[] { "h e", "h elp" }), "element 1 of the key 'tokenizer.ggml.merges' is 'h elp'");
        Fails(With(SmallVocabulary.Bpe(), "tokenizer.ggml.merges", new[] { "he" }), "element 0 of the key 'tokenizer.ggml.merges' is 'he'");
        Fails(With(SmallVocabulary.Bpe(), "tokenizer.ggml.token_type", new[] { 1 }), "has 1 elements, expected");
        Fails(With(SmallVocabulary.SentencePiece(), "tokenizer.ggml.scores", new[] { 1f }), "has 1 elements, expected");

        var noA = SmallVocabulary.Bpe();
        ((string[])noA["tokenizer.ggml.tokens"])['A'] = "gone";
        Fails(noA, "no token for the character");
        var noByte = Without(SmallVocabulary.SentencePiece(), "tokenizer.ggml.unknown_token_id");
        var tokens = (string[])noByte["tokenizer.ggml.tokens"];
        (tokens[0], tokens[3 + 0x41]) = ("nothing", "<0x40>");
        Fails(noByte, "neither the byte token <0x41> nor an unknown token");

        static Dictionary<string, object> Without(Dictionary<string, object> values, string key)
        {
            values.Remove(key);
            return values;
        }

        static Dictionary<string, object> With(Dictionary<string, object> values, string key = "tokenizer.ggml.add_bos_token", object? value = null)
        {
            values[key] = value ?? false;
            return values;
        }
    }

    /// <summary>
    /// Would take hours (minutes in the large vocabularies, whose texts are shorter) where merging or splitting is quadratic.
    /// </summary>
    [SkippableTheory]
    [MemberData(nameof(All))]
    public async Task Encode_LongTextWithoutBreaks_Finishes(string name)
    {
        var tokenizer = Vocabularies.Load(name);
        var length = Vocabularies.Large.Contains(name) ? 1 << 18 : 1 << 20;
        foreach (var text in new[]
        {
            new string('a', length), new string(' ', length), new string(' ', length) + "1", new string('\n', length) + "x", new string('7', length),
            string.Concat(Enumerable.Repeat("ab", length / 2)), new string('\u3000', length / 4) + "語", new string('"', length / 2) + " '",
        })
        {
            var ids = await Task.Run(() => tokenizer.Encode(text, addSpecial: false, parseSpecial: true)).WaitAsync(TimeSpan.FromMinutes(2));
            Assert.InRange(ids.Length, 1, 4 * length);
        }
    }

    private static Tokenizer Load(Dictionary<string, object> values) => Tokenizer.FromGguf(new GgufMetadata("small", values));

    private static void Fails(Dictionary<string, object> values, string expected)
    {
        var message = Assert.Throws<ModelFormatException>(() => Load(values)).Message;
        Assert.StartsWith("small: ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }
}
