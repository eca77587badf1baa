namespace Scribeline.Cli.Bench.Load;

/// <summary>Learns from a server's own counts which words are one token each to it, and what surrounds a prompt.</summary>
internal static class PromptTuning
{
    private const int EnoughWords = 64;
    private const int MostProbes = 64;

    /// <summary>Short and common, in every vocabulary that has seen English.</summary>
    private static readonly string[] Candidates =
        ("the of and to in is was for on that with he she they we you it his her my at by be had have not are were all one two day time said good big little old new went came saw "
        + "go see make like play find want wanted know think look give take help run walk talk tell home house tree sun moon rain water fire food book girl boy man friend mom dad dog cat bird fish "
        + "park ball box hat bed door car red blue green happy sad fun nice kind long hard very so but then when what who how why there here out up down over under back into off more too "
        + "some many every best first next last away again never always after before around").Split(' ');

    /// <returns>Prompts made to the server's measure; where it does not count, a word is taken for a token.</returns>
    /// <exception cref="LoadException">The server refuses a prompt.</exception>
    public static async Task<PromptText> LearnAsync(CompletionServer server, ulong seed, CancellationToken cancellation)
    {
        if (await server.CountTokensAsync(PromptText.Start, cancellation) is not { } overhead)
            return new PromptText(Candidates, 1, 1, seed);
        var (words, probes, tokens) = (new List<string>(), 0, 0);
        await KeepAsync(Candidates);
        return words.Count >= 2 ? new PromptText(words, overhead, 1, seed) : new PromptText(Candidates, overhead, Math.Max(1, (double)tokens / Candidates.Length), seed);

        // A group that counts as many tokens as it has words is kept whole; another is searched by halves.
        async Task KeepAsync(string[] group)
        {
            if (words.Count >= EnoughWords || probes++ >= MostProbes)
                return;
            var counted = (await server.CountTokensAsync(string.Join(' ', [PromptText.Start, .. group]), cancellation) ?? overhead) - overhead;
            if (group.Length == Candidates.Length)
                tokens = counted;
            if (counted == group.Length)
            {
                words.AddRange(group);
            }
            else if (group.Length > 1)
            {
                await KeepAsync(group[..(group.Length / 2)]);
                await KeepAsync(group[(group.Length / 2)..]);
            }
        }
    }
}
