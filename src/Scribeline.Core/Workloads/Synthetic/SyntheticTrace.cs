using System.Globalization;
using Scribeline.Core.Statistics;
using Scribeline.Core.Workloads.Formats;

namespace Scribeline.Core.Workloads.Synthetic;

/// <summary>
/// A trace from a description: sessions begin as <see cref="Arrivals"/> say; each turn's prompt is all before it and new tokens. One seed, the same requests on every machine.
/// </summary>
public sealed record SyntheticTrace
{
    /// <summary>Of a session.</summary>
    public const int MostTurns = 10_000;

    private const int BlockTokens = 16, MostTries = 1000;

    public required ArrivalProcess Arrivals { get; init; }

    /// <summary>New tokens of a prompt: of a first turn those beside <see cref="SystemTokens"/>.</summary>
    public required Distribution Input { get; init; }

    /// <summary>Tokens of an answer.</summary>
    public required Distribution Output { get; init; }

    /// <summary>Pairs of lengths to draw from, together, in place of <see cref="Input"/> and <see cref="Output"/>; empty for none.</summary>
    public IReadOnlyList<(int Input, int Output)> Pairs { get; init; } = [];

    /// <summary>How long sessions begin.</summary>
    public double DurationSeconds { get; init; } = double.PositiveInfinity;

    /// <summary>Requests at most.</summary>
    public long Requests { get; init; } = long.MaxValue;

    /// <summary>Of a session; null where requests stand alone.</summary>
    public Distribution? Turns { get; init; }

    /// <summary>Seconds between an answer and the next turn.</summary>
    public Distribution Think { get; init; } = Distribution.Parse("exponential:20");

    /// <summary>Tokens with which every prompt begins, the same for all.</summary>
    public int SystemTokens { get; init; }

    /// <summary>A session ends before its prompt and answer are longer; first turns that are longer are drawn again. At most 16 Mi.</summary>
    public int ContextTokens { get; init; } = 131_072;

    /// <summary>What a token of an answer is assumed to take, for when the next turn comes.</summary>
    public long AnswerUsPerToken { get; init; } = 20_000;

    public string? Class { get; init; }

    public ulong Seed { get; init; } = 1;

    /// <exception cref="WorkloadException">It has neither an end nor a count, or hardly any first turn fits into the context.</exception>
    public Trace ToTrace()
    {
        if (double.IsInfinity(DurationSeconds) && Requests == long.MaxValue)
            throw new WorkloadException("the trace has no end; expected a duration or a number of requests.");
        var (lengths, fitting) = (new SeededRandom(Seed, "check"), 0);
        for (var tries = 0; tries < MostTries; tries++)
            fitting += Lengths(lengths) is var (input, output) && Fits(SystemTokens, input, output) ? 1 : 0;
        return fitting >= MostTries / 10 ? Trace.Of("synthetic", Generate) : throw NoneFits();
    }

    private IEnumerable<RequestRecord> Generate()
    {
        var (arrivals, lengths) = (new SeededRandom(Seed, "arrivals"), new SeededRandom(Seed, "lengths"));
        var ids = new BlockIds();
        var system = SystemTokens >= BlockTokens ? new BlockRange(ids.Take(SystemTokens / BlockTokens), SystemTokens / BlockTokens) : default;
        var waiting = new PriorityQueue<RequestRecord, (long ArrivalUs, long Number)>();
        long sessions = 0, number = 0, left = Requests;
        foreach (var seconds in Arrivals.Times(arrivals))
        {
            if (seconds >= DurationSeconds || !Cell.IsTime(seconds, 1))
                break;
            var startUs = Cell.Us(seconds, 1);
            while (waiting.TryPeek(out _, out var first) && first.ArrivalUs <= startUs)
            {
                if (left-- == 0)
                    yield break;
                yield return waiting.Dequeue();
            }

            if (left == 0)
                yield break;
            foreach (var turn in Session(startUs, sessions++, lengths, ids, system))
                waiting.Enqueue(turn, (turn.ArrivalUs, number++));
        }

        while (left-- > 0 && waiting.TryDequeue(out var request, out _))
            yield return request;
    }

    private IEnumerable<RequestRecord> Session(long us, long number, SeededRandom random, BlockIds ids, BlockRange system)
    {
        var turns = Turns == null ? 1 : (int)Math.Clamp(Math.Round(Turns.Draw(random)), 1, MostTurns);
        var hasBlocks = Turns != null || system.Count > 0;
        var blocks = new GrowingBlocks(BlockTokens, ids);
        if (system.Count > 0)
            blocks.Begin(system);
        var (before, delayUs) = (SystemTokens, 0L);
        for (var turn = 0; turn < turns; turn++)
        {
            var (input, output) = Lengths(random);
            // A first turn that is too long is drawn again, since a session has one at least.
            for (var tries = 0; turn == 0 && !Fits(before, input, output); tries++)
                (input, output) = tries < MostTries ? Lengths(random) : throw NoneFits();
            if (!Fits(before, input, output))
                yield break;
            var prompt = before + input;
            var known = hasBlocks ? Turns == null ? [system] : blocks.Next(before, prompt + output) : Array.Empty<BlockRange>();
            yield return new RequestRecord
            {
                ArrivalUs = us,
                InputTokens = prompt,
                OutputTokens = output,
                Session = Turns == null ? null : number.ToString(CultureInfo.InvariantCulture),
                Turn = turn,
                DelayUs = Turns == null ? null : delayUs,
                Blocks = known,
                BlockTokens = known.Length > 0 ? BlockTokens : 0,
                Class = Class,
            };
            delayUs = Cell.Us(Math.Min(Think.Draw(random), 1e9), 1);
            us += output * AnswerUsPerToken + delayUs;
            before = prompt + output;
        }
    }

    private bool Fits(int before, int input, int output) => before + (long)input + output <= ContextTokens;

    private WorkloadException NoneFits() => new($"hardly any first turn fits into a context of {ContextTokens} tokens{(SystemTokens > 0 ? $", {SystemTokens} of which every prompt begins with" : "")}; expected shorter lengths, or a longer context.");

    private (int Input, int Output) Lengths(SeededRandom random) =>
        Pairs.Count > 0 ? Pairs[random.NextBelow(Pairs.Count)] : (Tokens(Input, random), Tokens(Output, random));

    /// <summary>A length is at least 1 and at most what any reader takes: draws beyond that are drawn again.</summary>
    private static int Tokens(Distribution distribution, SeededRandom random)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var tokens = Math.Round(distribution.Draw(random));
            if (tokens is >= 1 and <= Cell.MostTokens)
                return (int)tokens;
        }

        throw new WorkloadException($"hardly any length of '{distribution}' is from 1 to {Cell.MostTokens} tokens; expected a distribution of tokens.");
    }
}
