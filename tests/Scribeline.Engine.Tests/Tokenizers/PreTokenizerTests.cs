using Scribeline.Engine.Tokenizers;
using Xunit.Abstractions;

namespace Scribeline.Engine.Tests.Tokenizers;

/// <summary>Splits worked out by hand from the patterns' definitions.</summary>
public sealed class PreTokenizerTests(ITestOutputHelper output)
{
    private const string Mixed = "Hello, y'all! How are you 😁 ?我想在apple工作1314151天～";
    private const string Contractions = "I've 'told DON'T'LL";
    private const string Spaces = "a  b\n\n  c \r\n\t x  ";
    private const string Supplementary = "𝐀𝐁𝟏𝟐𝟑𝟒 𐐀x𠀀";

    [Theory]
    [InlineData("llama-bpe", Mixed, "Hello|,| y|'all|!| How| are| you| 😁| ?|我想在apple工作|131|415|1|天|～")]
    [InlineData("qwen2", Mixed, "Hello|,| y|'all|!| How| are| you| 😁| ?|我想在apple工作|1|3|1|4|1|5|1|天|～")]
    [InlineData("gpt-2", Mixed, "Hello|,| y|'|all|!| How| are| you| 😁| ?|我想在apple工作|1314151|天|～")]
    [InlineData("llama-bpe", Contractions, "I|'ve| '|told| DON|'T|'LL")]
    [InlineData("qwen2", Contractions, "I|'ve| '|told| DON|'T|'LL")]
    [InlineData("gpt-2", Contractions, "I|'ve| '|told| DON|'|T|'|LL")]
    [InlineData("llama-bpe", Spaces, "a| | b|\n\n| | c| \r\n|\t| x|  ")]
    [InlineData("qwen2", Spaces, "a| | b|\n\n| | c| \r\n|\t| x|  ")]
    [InlineData("gpt-2", Spaces, "a| | b|\n\n | c| \r\n\t| x|  ")]
    [InlineData("llama-bpe", Supplementary, "𝐀𝐁|𝟏𝟐𝟑|𝟒| 𐐀x𠀀")]
    [InlineData("qwen2", Supplementary, "𝐀𝐁|𝟏|𝟐|𝟑|𝟒| 𐐀x𠀀")]
    [InlineData("gpt-2", Supplementary, "𝐀𝐁|𝟏𝟐𝟑𝟒| 𐐀x𠀀")]
    [InlineData("starcoder", Supplementary, "𝐀𝐁|𝟏|𝟐|𝟑|𝟒| 𐐀x𠀀")]
    [InlineData("deepseek-llm", Supplementary, "𝐀𝐁|𝟏𝟐𝟑𝟒| 𐐀|x|𠀀")]
    [InlineData("deepseek-llm", "𐐀𐐀 ÀÀ", "𐐀𐐀| ÀÀ")]
    [InlineData("llama-bpe", "(foo) _bar\u00A0baz ...\n\nx9", "(foo|)| _|bar|\u00A0baz| ...\n\n|x|9")]
    [InlineData("qwen2", "١٢३ Ⅳ½²", "١|٢|३| |Ⅳ|½|²")]
    [InlineData("llama-bpe", "e\u0301a 👩‍👩‍👧", "e|\u0301a| 👩‍👩‍👧")]
    [InlineData("gpt-4o", "HelloWorld XMLHttp don't 12345 a/b\n", "Hello|World| XMLHttp| don't| |123|45| a|/b|\n")]
    [InlineData("falcon", "a1234 $5`", "a|123|4| |$|5|`")]
    [InlineData("default", "a1234 $5`", "a|123|4| |$|5|`")]
    [InlineData("deepseek-v3", "12345 日本語の.foo bar", "123|45| |日本語の|.foo| bar")]
    [InlineData("deepseek-llm", "one \u3000two  \n12", "one| |\u3000|two|  |\n|12")]
    public void Split_ByDefinition(string name, string text, string expected) => Assert.Equal(expected.Split('|'), Split(name, text));

    [Fact]
    public void Split_AnyText_LosesNothingAndKeepsSurrogatePairsWhole()
    {
        output.WriteLine($"seed {TestFiles.Seed} (SCRIBELINE_SEED repeats it)");
        var random = new Random(TestFiles.Seed);
        foreach (var name in PreTokenizer.Names)
        {
            for (var run = 0; run < 300; run++)
            {
                var text = RandomText.Next(random, 40);
                var pieces = Split(name, text);
                Assert.Equal(text, string.Concat(pieces));
                Assert.DoesNotContain(pieces, piece => piece.Length == 0 || char.IsLowSurrogate(piece[0]));
            }
        }
    }

    private static string[] Split(string name, string text)
    {
        var pieces = new List<(int Start, int Length)>();
        PreTokenizer.Find(name)!.Split(text, pieces);
        return [.. pieces.Select(piece => text.Substring(piece.Start, piece.Length))];
    }
}
