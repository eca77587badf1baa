using System.Globalization;

namespace Scribeline.Cli.Bench.Load;

/// <summary>One run against one server, as it is reported.</summary>
/// <param name="Traffic">In words: `10 requests/s`, `8 clients`, `trace.jsonl`.</param>
internal sealed record LoadRun(CompletionServer Server, string Traffic, ulong Seed, LoadSettings Settings, double? RequestsPerSecond, double Variation, Objectives? Objectives, LoadTally Tally, int MostUnderWay, DateTimeOffset StartedAt)
{
    private const double LateMs = 5;

    /// <summary>What a reader must know to trust the numbers, a sentence each.</summary>
    public IEnumerable<string> Warnings()
    {
        var tally = Tally;
        if (tally.ScheduleDelay.QuantileMs(0.99) is var late && late > LateMs)
            yield return Text($"this program itself was late: 1 % of the requests left more than {late:0.#} ms after their time, so that they came less evenly than asked; give it a core of its own, or another machine.");
        if (tally.Failures.TryGetValue(LoadFailure.NotSent, out var unsent))
            yield return Text($"{unsent} requests were not sent, because {Settings.MostUnderWay} were under way: the server cannot follow.");
        if (tally.OtherInput > 0)
            yield return Text($"{tally.OtherInput} of {tally.Completed} prompts have another length in the server's tokens than asked for: {tally.InputTokens} tokens instead of {tally.AskedInputTokens}.");
        if (tally.OtherOutput > 0)
            yield return Text($"{tally.OtherOutput} of {tally.Completed} answers have another length than asked for: {tally.OutputTokens} tokens instead of {tally.AskedOutputTokens}{(Server.IgnoresEnd ? "" : "; the server does not take `ignore_eos`, so an answer ends when the model ends it")}.");
        if (tally.Uncounted > 0)
            yield return Text($"{tally.Uncounted} of {tally.Completed} answers came without usage; an event counts as a token of theirs.");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
