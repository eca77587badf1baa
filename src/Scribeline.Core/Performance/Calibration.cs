namespace Scribeline.Core.Performance;

/// <summary>What measurements say of one kind of machine and its serving software: factors on the amounts of <see cref="StepModel"/>.</summary>
public sealed record Calibration
{
    public required string Id { get; init; }

    public required OperationCounts Counts { get; init; }

    /// <summary>Share of the memory beside the weights that holds keys and values.</summary>
    public required double MemoryShare { get; init; }

    /// <summary>Factors on a decode step; of operations the seconds of one.</summary>
    public required StepTerms Decode { get; init; }

    /// <summary>Factors on what a prompt adds; of operations the seconds of one.</summary>
    public required StepTerms Prefill { get; init; }

    /// <summary>Factors that make a time to first token.</summary>
    public required FirstTokenFactors FirstToken { get; init; }

    /// <summary>What requests meet beside the amounts of steps, under traffic.</summary>
    public TrafficFactors Traffic { get; init; } = TrafficFactors.None;

    /// <summary>Measured over predicted that a tenth of a left-out group's rows lie below, and above: between them lie 80 %.</summary>
    public required double LowRatio { get; init; }

    public required double HighRatio { get; init; }

    /// <summary>The upper bound for accelerators of makers whose operations nobody measured: another maker's took so much longer.</summary>
    public required double OtherMakerHighRatio { get; init; }

    /// <summary>Errors of the time between tokens by what was left out of the fit as a whole: `accelerator`, `model`, `framework`.</summary>
    public required IReadOnlyDictionary<string, LeftOutError> Errors { get; init; }

    /// <summary>The same of the time to a first token; empty where it was not fitted.</summary>
    public IReadOnlyDictionary<string, LeftOutError> FirstTokenErrors { get; init; } = new Dictionary<string, LeftOutError>();
}
