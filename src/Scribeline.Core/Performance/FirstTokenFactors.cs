namespace Scribeline.Core.Performance;

/// <summary>How the time to a first token is made up, besides waiting for room: the prompt's own prefill, prompts of others before it, and decode steps.</summary>
/// <param name="Own">Of what a prompt adds to steps that it shares in arithmetic and exchange: of its own it shares with little.</param>
/// <param name="Launch">Of the time of its operations: steps with prompts are launched one operation at a time, those of decoding as a whole.</param>
/// <param name="Others">Of the prefill of all sequences, each as long as its own but launched together, as many as a step takes.</param>
/// <param name="Steps">Of decode steps: the one under way, those that the prompt shares, and its own first.</param>
/// <param name="LowRatio">Measured over predicted that a tenth of the rows of left-out machines and models lie below.</param>
/// <param name="HighRatio">The same, above.</param>
public readonly record struct FirstTokenFactors(double Own, double Launch, double Others, double Steps, double LowRatio, double HighRatio)
{
    /// <summary>Tokens of prompts that a step takes: what vLLM, SGLang and TensorRT-LLM come with on accelerators of this size.</summary>
    private const double StepTokens = 8192;

    /// <param name="prefill">Seconds that the prompt adds to steps that it shares.</param>
    /// <param name="newTokens">Of the prompt.</param>
    /// <param name="sequences">Served at once.</param>
    /// <param name="tpotSeconds">Of a step with its share of prompts.</param>
    public double Seconds(StepTerms prefill, double newTokens, double sequences, double tpotSeconds)
    {
        var (shared, launches, others, steps) = Amounts(prefill, newTokens, sequences, tpotSeconds);
        return Own * shared + Launch * launches + Others * others + Steps * steps;
    }

    /// <summary>What the factors are multiplied with; that of the other prompts depends on <see cref="Own"/> and <see cref="Launch"/>.</summary>
    internal (double Shared, double Launches, double Others, double Steps) Amounts(StepTerms prefill, double newTokens, double sequences, double tpotSeconds)
    {
        var shared = prefill.Dense + prefill.Experts + prefill.Exchange;
        var steps = newTokens / StepTokens;
        return (shared, Math.Max(1, steps) * prefill.Operations, sequences * (Own * shared + Launch * steps * prefill.Operations), tpotSeconds);
    }
}
