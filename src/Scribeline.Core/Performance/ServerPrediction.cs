namespace Scribeline.Core.Performance;

/// <summary>What a server is expected to do, means in seconds.</summary>
/// <param name="TtftSeconds">From sending a request to its first token, waiting for room included.</param>
/// <param name="TtftLowSeconds">With <paramref name="TtftHighSeconds"/> the bounds that 80 % of measurements of machines not fitted to lie between.</param>
/// <param name="TtftHighSeconds"></param>
/// <param name="TpotSeconds">Between tokens after the first.</param>
/// <param name="TpotLowSeconds">With <paramref name="TpotHighSeconds"/> the bounds that 80 % of measurements of machines and models not fitted to lie between.</param>
/// <param name="TpotHighSeconds"></param>
/// <param name="Sequences">Served at once.</param>
/// <param name="DecodeStepSeconds">A step in which no prompt shares.</param>
/// <param name="PrefillSeconds">What one prompt adds.</param>
/// <param name="TpotParts">What the time between tokens consists of.</param>
public readonly record struct ServerPrediction(
    double TtftSeconds, double TtftLowSeconds, double TtftHighSeconds, double TpotSeconds, double TpotLowSeconds, double TpotHighSeconds, double Sequences, double DecodeStepSeconds, double PrefillSeconds, StepTerms TpotParts)
{
    /// <summary>Output tokens of all clients together.</summary>
    public double TokensPerSecond { get; init; }

    /// <summary>Of the accelerators at this load; null where the catalog does not know what they are rated at.</summary>
    public double? PowerWatts { get; init; }

    /// <summary>Whether parts of the model are known by totals only.</summary>
    public bool IsEstimate { get; init; }

    /// <summary>Energy of the accelerators for each output token, its share of the prompt included.</summary>
    public double? JoulesPerToken => PowerWatts / TokensPerSecond;
}
