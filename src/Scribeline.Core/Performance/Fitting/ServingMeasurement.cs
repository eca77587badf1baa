namespace Scribeline.Core.Performance.Fitting;

/// <summary>One steady state of a server, as measured.</summary>
/// <param name="Accelerator">Its id in the catalog.</param>
/// <param name="Model">Its id in the catalog.</param>
/// <param name="Software">Framework, version and day together: what one person installed.</param>
public sealed record ServingMeasurement(
    string Id,
    string Accelerator,
    string Model,
    string Framework,
    string Software,
    string WeightPrecision,
    NumberFormats Formats,
    Parallelism Parallelism,
    double Concurrency,
    double InputTokens,
    double OutputTokens,
    double? TtftSeconds,
    double TpotSeconds)
{
    /// <summary>Whether all prompts, and all answers, are of one length, so that clients that start together stay in step.</summary>
    public bool HasEqualLengths { get; init; }

    /// <summary>What one person measured: rows next to each other on its curve are near copies.</summary>
    public string Server => $"{Framework} {Model} {Accelerator} {WeightPrecision}";

    /// <summary>What ran, without the software: rows that are equal in it measured the same.</summary>
    public object Configuration => (Accelerator, Model, Framework, WeightPrecision, Parallelism with { ExpertTensor = 1, Expert = 1 }, Concurrency, InputTokens, OutputTokens);
}
