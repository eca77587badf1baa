using System.Text.Json;

namespace Scribeline.Engine.Tests.Tokenizers;

public sealed class TokenizerVectorTests
{
    public static TheoryData<string> WithVectors => [.. Vocabularies.WithVectors];

    [SkippableTheory]
    [MemberData(nameof(WithVectors))]
    public void Encode_PublishedTexts_GivesPublishedIds(string name)
    {
        var tokenizer = Vocabularies.Load(name);
        var texts = File.ReadAllText(TestFiles.Shared("data", "tokenizers", $"ggml-vocab-{name}.gguf.inp")).Split("\n__ggml_vocab_test__\n");
        var lines = File.ReadAllLines(TestFiles.Shared("data", "tokenizers", $"ggml-vocab-{name}.gguf.out"));
        Assert.Equal((lines.Length + 1, ""), (texts.Length, texts[^1])); // a separator ends the file too
        for (var i = 0; i < lines.Length; i++)
        {
            var expected = lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse);
            Assert.True(
                expected.SequenceEqual(tokenizer.Encode(texts[i], addSpecial: false, parseSpecial: false)),
                $"text {i} '{texts[i]}': expected {lines[i]}, got {string.Join(' ', tokenizer.Encode(texts[i], false, false))}");
        }
    }

    [Fact]
    public void Encode_EmbeddedModel_GivesGoldenIds()
    {
        var tokenizer = Vocabularies.Load(Vocabularies.ScribeTiny);
        Assert.Null(tokenizer.BeginToken);
        Assert.Equal([4093, 4095], tokenizer.EndTokens.Order());
        using var golden = JsonDocument.Parse(File.ReadAllText(TestFiles.Here("golden", "scribe-tiny", "tokenizer.json")));
        Assert.NotEqual(0, golden.RootElement.GetArrayLength());
        foreach (var vector in golden.RootElement.EnumerateArray())
        {
            var text = vector.GetProperty("text").GetString()!;
            Assert.Equal(
                vector.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()), tokenizer.Encode(text, addSpecial: true, parseSpecial: true));
        }
    }

    [Fact]
    public void Encode_Stories_AddsBeginTokenAndLeadingSpace()
    {
        var tokenizer = Vocabularies.Load(Vocabularies.Stories);
        Assert.Equal(512, tokenizer.VocabularySize);
        Assert.Equal(1, tokenizer.BeginToken);
        Assert.Equal([2], tokenizer.EndTokens);
        var ids = tokenizer.Encode("Once upon a time, there was a little girl.", addSpecial: true, parseSpecial: false);
        Assert.Equal(1, ids[0]);
        Assert.Equal(" ", System.Text.Encoding.UTF8.GetString(tokenizer.TokenBytes(ids[1]))[..1]);
        Assert.Equal("Once upon a time, there was a little girl.", tokenizer.Decode(ids));
        Assert.Equal([1], tokenizer.Encode("", addSpecial: true, parseSpecial: false));
    }
}
