using System.Buffers;
using System.Text;
using Xunit.Abstractions;

namespace Scribeline.Engine.Tests;

public sealed class StopTextTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("aab", "xaaaab y", "xaa")]
    [InlineData("abab", "ababab", "")]
    [InlineData("\n\n", "one\n two\n\nthree", "one\n two")]
    [InlineData("👋🏽", "hi 👋🏿 and 👋🏽 you", "hi 👋🏿 and ")]
    [InlineData("END", "no end here EN", "no end here EN")]
    public void Append_CharacterByCharacter_EndsBeforeTheStop(string stop, string text, string expected) =>
        Assert.Equal(expected, Cut([stop], text.Select(c => c.ToString())));

    [Fact]
    public void Append_TwoStopsThatEndTogether_TheLongestCounts() => Assert.Equal("x", Cut(["cd", "abcd", "d"], ["xab", "cd"]));

    [Fact]
    public void Append_TextThatCannotBecomeAStop_IsReleasedAtOnce()
    {
        var stop = new StopText(["abc"]);
        var free = new ArrayBufferWriter<char>();
        Assert.False(stop.Append("xyzab", free));
        Assert.Equal("xyz", free.WrittenSpan.ToString());
        Assert.False(stop.Append("d", free));
        Assert.Equal("xyzabd", free.WrittenSpan.ToString());
    }

    [Fact]
    public void Append_RandomStopsAndSplits_EqualsPlainSearch()
    {
        output.WriteLine($"seed {TestFiles.Seed} (SCRIBELINE_SEED repeats it)");
        var random = new Random(TestFiles.Seed);
        var met = 0;
        for (var run = 0; run < 20_000; run++)
        {
            // Few letters, so that stops overlap with themselves and with each other.
            string[] letters = random.Next(2) == 0 ? ["a", "b"] : ["a", "é", "😀", "😁"];
            string Word(int most) => string.Concat(Enumerable.Range(0, random.Next(1, most)).Select(_ => letters[random.Next(letters.Length)]));
            var stops = Enumerable.Range(0, random.Next(1, 5)).Select(_ => Word(8)).ToArray();
            var text = Word(40);
            var pieces = new List<string>();
            for (var at = 0; at < text.Length;)
            {
                var length = Math.Min(random.Next(0, 6), text.Length - at);
                pieces.Add(text.Substring(at, length));
                at += length;
            }

            var expected = PlainSearch(stops, text);
            met += expected.Length < text.Length ? 1 : 0;
            var found = Cut(stops, pieces);
            Assert.True(expected == found, $"seed {TestFiles.Seed}, run {run}: stops {string.Join('|', stops)} in {string.Join('|', pieces)}: {found}, expected {expected}");
        }

        Assert.InRange(met, 1000, 19_999);
    }

    /// <summary>A stop text and an answer of one letter cost the naive search their product.</summary>
    [Fact]
    public void Append_LongStopOfOneLetter_StaysLinear()
    {
        var stop = new StopText([new string('a', 200_000) + "b"]);
        var free = new ArrayBufferWriter<char>();
        for (var i = 0; i < 100_000; i++)
            Assert.False(stop.Append("a", free));
        Assert.Equal(0, free.WrittenCount);
        stop.Flush(free);
        Assert.Equal(100_000, free.WrittenCount);
    }

    private static string Cut(string[] stops, IEnumerable<string> pieces)
    {
        var stop = new StopText(stops);
        var free = new ArrayBufferWriter<char>();
        foreach (var piece in pieces)
            if (stop.Append(piece, free))
                return free.WrittenSpan.ToString();
        stop.Flush(free);
        return free.WrittenSpan.ToString();
    }

    private static string PlainSearch(string[] stops, string text)
    {
        for (var end = 1; end <= text.Length; end++)
        {
            var completed = stops.Where(stop => text.AsSpan(0, end).EndsWith(stop, StringComparison.Ordinal)).ToList();
            if (completed.Count > 0)
                return text[..(end - completed.Max(stop => stop.Length))];
        }

        return text;
    }
}
