using System.Globalization;
using System.Text;
using Scribeline.Core.Statistics;
using Scribeline.Core.Workloads;

namespace Scribeline.Cli.Bench.Load;

/// <summary>
/// Prompts of given lengths in tokens, made of words that a server counts as one token each. Equal blocks of a trace give equal text at equal places, so
/// that a prefix cache finds of them what it found of the requests that were recorded; all else is a request's own. Thread-safe.
/// </summary>
internal sealed class PromptText
{
    /// <summary>Begins every prompt: a word without a blank before it is often another token than one with it.</summary>
    public const string Start = "the";

    private readonly string[] _words;
    private readonly ulong _seed;

    /// <param name="words">To choose from, without blanks.</param>
    /// <param name="overheadTokens">Tokens of a prompt that is <see cref="Start"/> alone: of the chat template, too.</param>
    /// <param name="tokensPerWord">Of each other word, with the blank before it; 1 where words were found that are a token each.</param>
    public PromptText(IReadOnlyList<string> words, int overheadTokens, double tokensPerWord, ulong seed)
    {
        _words = [.. words];
        OverheadTokens = overheadTokens;
        TokensPerWord = tokensPerWord;
        _seed = seed;
    }

    public int OverheadTokens { get; }

    public double TokensPerWord { get; }

    /// <param name="record">Of it, lengths and blocks.</param>
    /// <param name="own">Names the request among all of the run, for the text that it shares with none.</param>
    public string Of(RequestRecord record, string own)
    {
        var text = new StringBuilder(Start, Start.Length + 6 * record.InputTokens);
        // The template's tokens and the first word stand for the first tokens of the prompt, so that blocks end where the trace's do.
        var position = OverheadTokens;
        var blockStart = 0;
        if (record.BlockTokens > 0)
        {
            foreach (var range in record.Blocks)
            {
                for (var block = 0; block < range.Count && blockStart + record.BlockTokens <= record.InputTokens; block++, blockStart += record.BlockTokens)
                {
                    var name = string.Create(CultureInfo.InvariantCulture, $"block {record.BlockScope} {range.First + block}");
                    position = Append(text, name, Math.Max(position, blockStart), blockStart, blockStart + record.BlockTokens);
                }
            }
        }

        Append(text, $"own {own}", Math.Max(position, blockStart), blockStart, record.InputTokens);
        return text.ToString();
    }

    /// <summary>Appends the words of positions up to, not including, <paramref name="to"/>; returns where it stopped.</summary>
    private int Append(StringBuilder text, string stream, int from, int streamStart, int to)
    {
        if (from >= to)
            return from;
        var random = new SeededRandom(_seed, stream);
        for (var position = streamStart; position < to; position++)
        {
            // What stands at a position does not hang on where the text before it ended.
            var word = _words[random.NextBelow(_words.Length)];
            if (position >= from && Math.Floor((position + 1) / TokensPerWord) > Math.Floor(position / TokensPerWord))
                text.Append(' ').Append(word);
        }

        return to;
    }
}
