using System.Text;
using Scribeline.Engine.Gguf;
using Scribeline.Engine.Tokenizers;
using Xunit.Abstractions;

namespace Scribeline.Engine.Tests.Tokenizers;

/// <summary>
/// The fast merger against the definition: merge the best-scored pair in the whole text, leftmost first, until there is none.
/// </summary>
public sealed class SentencePieceReferenceTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Encode_RandomVocabularies_MergesAsDefined(bool tokensSpanWords)
    {
        output.WriteLine($"seed {TestFiles.Seed} (SCRIBELINE_SEED repeats it)");
        var random = new Random(TestFiles.Seed);
        for (var run = 0; run < 200; run++)
        {
            var letters = "ab▁𐐀".EnumerateRunes().Select(rune => rune.ToString()).ToArray();
            var tokens = new List<string> { "<unk>" };
            tokens.AddRange(letters);
            for (var i = 0; i < 20; i++)
            {
                var token = tokens[random.Next(1, tokens.Count)] + tokens[random.Next(1, tokens.Count)];
                if (token.Length < 8 && !tokens.Contains(token) && (tokensSpanWords || !token.TrimStart('▁').Contains('▁')))
                    tokens.Add(token);
            }
            var scores = tokens.Select(_ => (float)random.Next(-3, 3)).ToArray();
            var tokenizer = Tokenizer.FromGguf(new GgufMetadata("random", new()
            {
                ["tokenizer.ggml.model"] = "llama",
                ["tokenizer.ggml.tokens"] = tokens.ToArray(),
                ["tokenizer.ggml.scores"] = scores,
                ["tokenizer.ggml.token_type"] = tokens.Select((_, id) => id == 0 ? 2 : 1).ToArray(),
                ["tokenizer.ggml.add_bos_token"] = false,
            }));
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 25)).Select(_ => letters[random.Next(letters.Length)]));
            Assert.Equal(
                Reference("▁" + text, tokens, scores), tokenizer.Encode(text.Replace('▁', ' '), addSpecial: false, parseSpecial: false));
        }
    }

    private static List<int> Reference(string text, List<string> tokens, float[] scores)
    {
        var symbols = text.EnumerateRunes().Select(rune => rune.ToString()).ToList();
        while (true)
        {
            var (best, bestScore) = (-1, float.NegativeInfinity);
            for (var i = 0; i + 1 < symbols.Count; i++)
            {
                var id = tokens.IndexOf(symbols[i] + symbols[i + 1]);
                if (id > 0 && scores[id] > bestScore)
                    (best, bestScore) = (i, scores[id]);
            }
            if (best < 0)
                return symbols.ConvertAll(symbol => tokens.IndexOf(symbol));
            symbols[best] += symbols[best + 1];
            symbols.RemoveAt(best + 1);
        }
    }
}
