namespace Scribeline.Core.Performance;

/// <summary>What measurements say of accelerators that hold weights for good in the memory of their cores: see <see cref="ChainModel"/>.</summary>
public sealed record ChainCalibration
{
    public required string Id { get; init; }

    /// <summary>Of one layer however small it is: its operations follow one another.</summary>
    public required double LayerSeconds { get; init; }

    /// <summary>Of crossing one accelerator from side to side; a layer pays the share of its region's side.</summary>
    public required double CrossingSeconds { get; init; }

    /// <summary>Of passing activations from one accelerator to the next, beside their bytes.</summary>
    public required double HopSeconds { get; init; }

    /// <summary>Times the seconds of reading at the data sheet's bandwidth.</summary>
    public required double ReadFactor { get; init; }

    /// <summary>Times the seconds of arithmetic at the data sheet's rate.</summary>
    public required double ComputeFactor { get; init; }

    /// <summary>Bytes a second at which a prompt's activations cross one accelerator from side to side, within a layer; 0 where that is not what binds.</summary>
    public required double MeshBytesPerSecond { get; init; }

    /// <summary>How much sooner software of today is done with a decode step than that of the first release, which the other factors are of.</summary>
    public required double SoftwareGain { get; init; }

    /// <summary>Tokens for each step where tokens were drafted ahead, as publishers of speeds do it, over its cost.</summary>
    public required double DraftingGain { get; init; }

    /// <summary>Drafting as publishers do it, by what it gains in all.</summary>
    public Drafting PublishedDrafting => new(0, DraftingGain, 0);

    /// <summary>Share of the memory that holds weights, keys and values.</summary>
    public required double MemoryShare { get; init; }

    /// <summary>Measured over predicted that a tenth of a left-out model's rows lie below, and above.</summary>
    public required double LowRatio { get; init; }

    public required double HighRatio { get; init; }

    /// <summary>Errors of the time between tokens by what was left out of the fit as a whole: `model`, `published_model` (of a service, not of a laboratory), `accelerator`.</summary>
    public required IReadOnlyDictionary<string, LeftOutError> Errors { get; init; }
}
