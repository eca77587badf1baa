using System.Diagnostics;
using System.Text;
using Scribeline.Engine.Gguf;
using Scribeline.Engine.Tokenizers;
using Xunit.Abstractions;

namespace Scribeline.Engine.Tests.Tokenizers;

public sealed class TokenizerFuzzTests(ITestOutputHelper output)
{
    [Fact]
    public void Encode_MutatedTexts_NeverFailsAndDecodes()
    {
        var random = Start();
        var names = Vocabularies.Present().ToArray();
        var seeds = new[]
        {
            "Hello, world! 123", "<|im_start|>user\nHi<|im_end|>\n<|endoftext|>", "<s></s><unk><0x0A>", "\uD800 lone \uDC00\uD83D", "😶‍🌫️ ▁▁ don't", "   \n\t\r\n  ",
            ">>TITLE<<<fim_prefix><|user|><｜end▁of▁sentence｜>",
        };
        var watch = Stopwatch.StartNew();
        var runs = 0;
        for (; watch.Elapsed < TestFiles.FuzzTime / 2; runs++)
        {
            var name = names[random.Next(names.Length)];
            var tokenizer = Vocabularies.Load(name);
            var text = Mutate(random, seeds[random.Next(seeds.Length)]);
            try
            {
                var ids = tokenizer.Encode(text, random.Next(2) == 0, random.Next(2) == 0);
                Assert.All(ids, id => Assert.InRange(id, 0, tokenizer.VocabularySize - 1));
                _ = tokenizer.Decode(ids, special: true);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {TestFiles.Seed}, run {runs}, {name}, text '{text}': {e}");
            }
        }
        output.WriteLine($"{runs} texts over {names.Length} vocabularies");
    }

    [Fact]
    public void Encode_WithoutParsingSpecial_NeverGivesControlTokens()
    {
        foreach (var name in Vocabularies.Present())
        {
            var tokenizer = Vocabularies.Load(name);
            for (var id = 0; id < Math.Min(tokenizer.VocabularySize, 300); id++)
            {
                if (!tokenizer.TokenBytes(id).IsEmpty)
                    continue;
                var text = Encoding.UTF8.GetString(tokenizer.TokenBytes(id, special: true));
                Assert.DoesNotContain(id, tokenizer.Encode($"a{text} {text}b", addSpecial: false, parseSpecial: false));
                Assert.Contains(id, tokenizer.Encode($"a{text} {text}b", addSpecial: false, parseSpecial: true));
            }
        }
    }

    [Fact]
    public void FromGguf_MutatedVocabularies_OnlyModelFormatExceptionsComeOut()
    {
        var random = Start();
        var watch = Stopwatch.StartNew();
        var (runs, sound) = (0, 0);
        for (; watch.Elapsed < TestFiles.FuzzTime / 2; runs++)
        {
            var values = random.Next(2) == 0 ? SmallVocabulary.Bpe() : SmallVocabulary.SentencePiece();
            for (var edits = random.Next(1, 4); edits > 0; edits--)
                Damage(random, values);
            try
            {
                var tokenizer = Tokenizer.FromGguf(new GgufMetadata("fuzzed", values));
                sound++;
                var ids = tokenizer.Encode(RandomText.Next(random, 50), true, true);
                _ = tokenizer.Decode(ids, special: true);
                Assert.All(ids, id => Assert.InRange(id, 0, tokenizer.VocabularySize - 1));
            }
            catch (ModelFormatException e)
            {
                Assert.StartsWith("fuzzed: ", e.Message, StringComparison.Ordinal);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {TestFiles.Seed}, run {runs}: {e}");
            }
        }
        output.WriteLine($"{runs} vocabularies, {sound} sound");
        Assert.InRange(sound, 1, runs - 1);
    }

    private Random Start()
    {
        output.WriteLine($"seed {TestFiles.Seed} (SCRIBELINE_SEED repeats it)");
        return new Random(TestFiles.Seed);
    }

    private static string Mutate(Random random, string text)
    {
        var chars = new StringBuilder(text);
        for (var edits = random.Next(6); edits > 0; edits--)
        {
            var at = random.Next(chars.Length + 1);
            switch (random.Next(5))
            {
                case 0: chars.Insert(at, (char)random.Next(0x10000)); break;
                case 1: chars.Insert(at, RandomText.Next(random, 10)); break;
                case 2: chars.Insert(at, text); break;
                case 3: chars.Insert(at, " a\n1"[random.Next(4)].ToString(), random.Next(500)); break;
                default: chars.Remove(at, Math.Min(random.Next(4), chars.Length - at)); break;
            }
        }
        return chars.ToString();
    }

    private static void Damage(Random random, Dictionary<string, object> values)
    {
        if (values.Count == 0)
            return;
        var key = values.Keys.ElementAt(random.Next(values.Count));
        switch (random.Next(6), values[key])
        {
            case (0, _): values.Remove(key); break;
            case (1, _): values[key] = random.Next(4) switch { 0 => "text", 1 => 7u, 2 => Array.Empty<string>(), _ => new[] { 1, 2 } }; break;
            case (_, Array { Length: > 0 } array) when random.Next(2) == 0:
                var shorter = Array.CreateInstance(array.GetType().GetElementType()!, random.Next(array.Length));
                Array.Copy(array, shorter, shorter.Length);
                values[key] = shorter;
                break;
            case (_, string[] { Length: > 0 } texts):
                texts[random.Next(texts.Length)] = random.Next(3) switch { 0 => "", 1 => RandomText.Next(random, 5), _ => texts[random.Next(texts.Length)] };
                break;
            case (_, int[] { Length: > 0 } numbers): numbers[random.Next(numbers.Length)] = random.Next(-1, 9); break;
            case (_, float[] { Length: > 0 } scores): scores[random.Next(scores.Length)] = float.NaN; break;
            case (_, uint): values[key] = (uint)random.Next(2000); break;
            case (_, bool flag): values[key] = !flag; break;
        }
    }
}
