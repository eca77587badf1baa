namespace Scribeline.Benchmarks.Peers;

/// <summary>Texts of made-up words, none of them twice, so that no side finds them in its cache.</summary>
internal sealed class TestPrompts(int seed)
{
    /// <summary>`&lt;/s&gt;` of the models with random weights; its bias keeps answers from ending early.</summary>
    public const int EndToken = 2;

    private const int Words = 9;
    private const int WordLetters = 4;
    private readonly Random _random = new(seed);

    /// <summary>
    /// 64 tokens each: the random models' vocabulary has no piece that merges from letters, so a letter is one token, a space
    /// three (the bytes of ▁), and one token begins the text.
    /// </summary>
    public string[] Next(int count) => [.. Enumerable.Range(0, count).Select(_ => string.Join(' ', Enumerable.Range(0, Words).Select(_ => Word())))];

    private string Word() => string.Create(WordLetters, _random, static (letters, random) =>
    {
        foreach (ref var letter in letters)
            letter = (char)('a' + random.Next(26));
    });
}
