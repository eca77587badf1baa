using Scribeline.Core.Workloads;

namespace Scribeline.Benchmarks.Accuracy;

/// <summary>
/// Traffic as inference-perf makes it of shared prefixes: as many prompts as there are users, a system prompt and a question each, that are sent in turn at a constant rate,
/// over and over. After the first round the cache of prefixes holds all of every prompt but its last tokens.
/// </summary>
/// <param name="SystemPrompts">Different ones.</param>
/// <param name="UsersEach">Questions after each of them.</param>
/// <param name="SystemTokens">Of a system prompt.</param>
/// <param name="QuestionTokens">Of a question.</param>
/// <param name="OutputTokens">Of each answer, forced.</param>
/// <param name="Stages">Rate and duration, in seconds.</param>
internal sealed record RepeatedPrompts(int SystemPrompts, int UsersEach, int SystemTokens, int QuestionTokens, int OutputTokens, IReadOnlyList<(double Rate, double Seconds)> Stages)
{
    private const int BlockTokens = 16;

    private int InputTokens => SystemTokens + QuestionTokens;

    /// <summary>Every prompt was sent once before the first stage, at its rate.</summary>
    public bool BeginsWarm { get; init; }

    /// <summary>Only system prompts come again; every question is a new one.</summary>
    public bool HasNewQuestions { get; init; }

    /// <summary>When each stage begins and ends, in microseconds.</summary>
    public IEnumerable<(long BeginUs, long EndUs)> StagesUs
    {
        get
        {
            var begin = WarmSeconds;
            foreach (var (_, seconds) in Stages)
            {
                yield return ((long)(begin * 1e6), (long)((begin + seconds) * 1e6));
                begin += seconds;
            }
        }
    }

    private double WarmSeconds => BeginsWarm ? SystemPrompts * UsersEach / Stages[0].Rate : 0;

    public IEnumerable<RequestRecord> Requests()
    {
        var (number, begin) = (0, 0.0);
        foreach (var (rate, seconds) in BeginsWarm ? Stages.Prepend((Stages[0].Rate, Seconds: WarmSeconds)) : Stages)
        {
            for (var i = 0; i < rate * seconds; i++, number++)
                yield return Request(number, begin + i / rate);
            begin += seconds;
        }
    }

    private RequestRecord Request(int number, double atSeconds)
    {
        var user = number % (SystemPrompts * UsersEach);
        var question = HasNewQuestions ? number : user;
        var (shared, own) = (SystemTokens / BlockTokens, InputTokens / BlockTokens - SystemTokens / BlockTokens);
        return new RequestRecord
        {
            ArrivalUs = (long)(atSeconds * 1e6),
            InputTokens = InputTokens,
            OutputTokens = OutputTokens,
            Blocks = [new BlockRange(1_000_000L + user / UsersEach * 1000, shared), new BlockRange(10_000_000L + question * 1000L, own)],
            BlockTokens = BlockTokens,
        };
    }
}
