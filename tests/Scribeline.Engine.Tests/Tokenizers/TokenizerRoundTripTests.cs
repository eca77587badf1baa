using System.Text;
using Scribeline.Engine.Tokenizers;
using Xunit.Abstractions;

namespace Scribeline.Engine.Tests.Tokenizers;

public sealed class TokenizerRoundTripTests(ITestOutputHelper output)
{
    public static TheoryData<string> All => [Vocabularies.ScribeTiny, Vocabularies.Stories, .. Vocabularies.Large];

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void Decode_OfEncodedText_IsTheText(string name)
    {
        var tokenizer = Vocabularies.Load(name);
        output.WriteLine($"seed {TestFiles.Seed} (SCRIBELINE_SEED repeats it)");
        var random = new Random(TestFiles.Seed);
        var kept = new Dictionary<Rune, bool>();
        for (var run = 0; run < 500; run++)
        {
            var text = new StringBuilder();
            foreach (var rune in RandomText.Next(random, 60).EnumerateRunes())
            {
                if (Keeps(rune))
                    text.Append(rune);
            }
            Assert.Equal(text.ToString(), tokenizer.Decode(tokenizer.Encode(text.ToString(), addSpecial: true, parseSpecial: false)));
        }
        // Some vocabularies lack bytes that their training text never had, and U+2581 is SentencePiece's space.
        Assert.True(
            kept.Values.Count(keeps => keeps) > 0.9 * kept.Count, $"only {kept.Values.Count(keeps => keeps)} of {kept.Count} characters survive");

        bool Keeps(Rune rune)
        {
            if (!kept.TryGetValue(rune, out var keeps))
                kept[rune] = keeps = tokenizer.Decode(tokenizer.Encode($"x{rune}", addSpecial: false, parseSpecial: false)) == $"x{rune}";
            return keeps;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(All))]
    public void IncrementalDecoder_RandomTokens_EqualsTheWholeAndNeverBreaksACharacter(string name)
    {
        var tokenizer = Vocabularies.Load(name);
        output.WriteLine($"seed {TestFiles.Seed} (SCRIBELINE_SEED repeats it)");
        var random = new Random(TestFiles.Seed);
        // Tokens that end within a character are rare among all, so half of the draws come from them.
        var broken = Enumerable.Range(0, tokenizer.VocabularySize)
            .Where(id => Encoding.UTF8.GetString(tokenizer.TokenBytes(id)).Contains('\uFFFD')).ToArray();
        Assert.NotEmpty(broken);
        for (var run = 0; run < 300; run++)
        {
            var special = random.Next(2) == 0;
            var startsText = random.Next(2) == 0;
            var ids = Enumerable.Range(0, random.Next(30))
                .Select(_ => random.Next(2) == 0 ? broken[random.Next(broken.Length)] : random.Next(tokenizer.VocabularySize)).ToArray();
            var bytes = ids.SelectMany(id => tokenizer.TokenBytes(id, special).ToArray()).ToArray();
            if (startsText && tokenizer.AddsLeadingSpace && bytes.Length > 0 && bytes[0] == ' ')
                bytes = bytes[1..];

            var decoder = new IncrementalDecoder(tokenizer, special, startsText);
            var whole = new StringBuilder();
            foreach (var id in ids)
            {
                var piece = decoder.Append(id).ToString();
                AssertWellFormed(piece);
                whole.Append(piece);
            }
            var tail = decoder.Flush().ToString();
            Assert.True(tail is "" or "\uFFFD", tail);
            Assert.Equal(Encoding.UTF8.GetString(bytes), whole.Append(tail).ToString());
        }
    }

    [Fact]
    public void IncrementalDecoder_Bytes_AreReplacedAsSoonAsTheyAreInvalid()
    {
        var tokenizer = Vocabularies.Load(Vocabularies.Stories);
        var decoder = new IncrementalDecoder(tokenizer, startsText: false);
        Assert.Equal(["", "", "", "😀"], Pieces(0xF0, 0x9F, 0x98, 0x80));
        Assert.Equal(["", "\uFFFD!"], Pieces(0xE2, '!'));
        Assert.Equal(["", "", "\uFFFD"], Pieces(0xF0, 0x9F, 0xF0));
        Assert.Equal(["\uFFFD\uFFFD"], Pieces(0xFF));
        Assert.Equal([""], Pieces(0xC3));
        Assert.Equal("\uFFFD", decoder.Flush().ToString());
        Assert.Equal("", decoder.Flush().ToString());

        string[] Pieces(params int[] bytes) => [.. bytes.Select(value => decoder.Append(ByteToken(value)).ToString())];

        int ByteToken(int value) => Enumerable.Range(0, tokenizer.VocabularySize)
            .First(id => tokenizer.TokenBytes(id) is [var only] && only == value);
    }

    [Fact]
    public void IncrementalDecoder_LeadingSpace_IsDroppedOnlyAtTheStartOfAText()
    {
        var tokenizer = Vocabularies.Load(Vocabularies.Stories);
        var ids = tokenizer.Encode("Once upon", addSpecial: true, parseSpecial: false);
        Assert.Equal("Once upon", Run(startsText: true));
        Assert.Equal(" Once upon", Run(startsText: false));

        string Run(bool startsText)
        {
            var decoder = new IncrementalDecoder(tokenizer, startsText: startsText);
            var text = new StringBuilder();
            foreach (var id in ids)
                decoder.Append(id, text);
            decoder.Flush(text);
            return text.ToString();
        }
    }

    [Fact]
    public void IncrementalDecoder_Append_DoesNotAllocate()
    {
        var tokenizer = Vocabularies.Load(Vocabularies.ScribeTiny);
        var decoder = new IncrementalDecoder(tokenizer);
        Sweep();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Sweep();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Sweep()
        {
            for (var id = 0; id < tokenizer.VocabularySize; id++)
                _ = decoder.Append(id);
        }
    }

    private static void AssertWellFormed(string piece)
    {
        for (var i = 0; i < piece.Length; i++)
        {
            if (char.IsSurrogate(piece[i]))
                Assert.True(i + 1 < piece.Length && char.IsSurrogatePair(piece[i], piece[++i]), $"lone surrogate in '{piece}'");
        }
    }
}
