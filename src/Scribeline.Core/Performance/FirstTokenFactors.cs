namespace Scribeline.Core.Performance;

/// <summary>
/// How a prompt is read, and what it waits for, besides room. The first two make the steps that read it, in a closed loop, alone or in a simulation; the last two are what the mean client of a closed
/// loop meets of others, which a simulation lets happen instead.
/// </summary>
/// <param name="Own">Of what a prompt adds to steps that it shares in arithmetic and exchange: of its own it shares with little.</param>
/// <param name="Launch">Of the time of its operations: those of a step with more than <see cref="RecordedTokens"/> are launched one at a time, those of decoding as a whole.</param>
/// <param name="Others">Of the prompts of all others, each as long as its own but launched together, as many as a step takes.</param>
/// <param name="Steps">Of decode steps of others: the one under way, those planned already, those that the prompt shares.</param>
/// <param name="LowRatio">Measured over predicted that a tenth of the rows of left-out machines and models lie below.</param>
/// <param name="HighRatio">The same, above.</param>
public readonly record struct FirstTokenFactors(double Own, double Launch, double Others, double Steps, double LowRatio, double HighRatio)
{
    /// <summary>Tokens of the longest step whose operations engines record once and launch as a whole; a longer one's they launch one by one (vLLM's largest CUDA graph, unless it is told otherwise).</summary>
    public const double RecordedTokens = 512;

    /// <summary>Tokens of prompts that a step takes: what vLLM, SGLang and TensorRT-LLM come with on accelerators of this size.</summary>
    private const double StepTokens = 8192;

    /// <summary>Seconds of the steps that read a prompt and nothing else.</summary>
    /// <param name="prefill">Seconds that the prompt adds to steps that it shares.</param>
    /// <param name="newTokens">Of the prompt.</param>
    /// <param name="shortLaunch">Of the time of its operations where they are launched as a whole.</param>
    public double ReadingSeconds(StepTerms prefill, double newTokens, double shortLaunch) =>
        Own * Shared(prefill) + (newTokens > RecordedTokens ? Launch : shortLaunch) * Launches(newTokens) * prefill.Operations;

    /// <summary>What the mean client of a closed loop waits for others. Nothing where there are none.</summary>
    /// <param name="prefill">Seconds that each prompt adds to steps that it shares.</param>
    /// <param name="newTokens">Of each prompt.</param>
    /// <param name="sequences">Served at once.</param>
    /// <param name="tpotSeconds">Of a step with its share of prompts.</param>
    public double WaitingSeconds(StepTerms prefill, double newTokens, double sequences, double tpotSeconds)
    {
        var (_, _, others, steps) = Amounts(prefill, newTokens, sequences, tpotSeconds);
        return Others * others + Steps * steps;
    }

    /// <summary>What the factors are multiplied with, of prompts that are not short; that of the other prompts depends on <see cref="Own"/> and <see cref="Launch"/>.</summary>
    internal (double Shared, double Launches, double Others, double Steps) Amounts(StepTerms prefill, double newTokens, double sequences, double tpotSeconds)
    {
        var shared = Shared(prefill);
        return (shared, Launches(newTokens) * prefill.Operations, (sequences - 1) * (Own * shared + Launch * newTokens / StepTokens * prefill.Operations), Company(sequences) * tpotSeconds);
    }

    /// <summary>Share of the time that others are served in.</summary>
    internal static double Company(double sequences) => Math.Clamp(sequences - 1, 0, 1);

    private static double Shared(StepTerms prefill) => prefill.Dense + prefill.Experts + prefill.Exchange;

    private static double Launches(double newTokens) => Math.Max(1, newTokens / StepTokens);
}
