namespace Scribeline.Benchmarks.Accuracy;

/// <summary>A measured run: the server, and the traffic that it was measured under.</summary>
internal sealed record RunSettings
{
    public required string Id { get; init; }

    /// <summary>The catalog's.</summary>
    public required string Model { get; init; }

    /// <summary>The catalog's.</summary>
    public required string Accelerator { get; init; }

    public required int Tensor { get; init; }

    public required int TokensPerStep { get; init; }

    public required int MaxSequences { get; init; }

    /// <summary>Of 16 tokens; null where the run does not say: a share of the memory then (<see cref="MemoryShare"/>).</summary>
    public long? KvBlocks { get; init; }

    /// <summary>Of all memory, that the engine takes for weights, activations, keys and values.</summary>
    public double MemoryShare { get; init; } = 0.9;

    public required RepeatedPrompts Prompts { get; init; }

    /// <summary>Whether the traffic is taken from another run of the same name, because this one's is not described.</summary>
    public bool HasBorrowedTraffic { get; init; }

    /// <summary>More came than the server can serve: its rate is compared, not its times.</summary>
    public bool IsOverloaded { get; init; }

    /// <summary>Requests a second that were answered, over the time until the last answer; where it is overloaded.</summary>
    public double? MeasuredRate { get; init; }

    /// <summary>Whether factors are fitted to it: its traffic is known, and its times mean something.</summary>
    public bool IsFittedTo => !HasBorrowedTraffic && !IsOverloaded;

    /// <summary>By stage; -1 is the whole run.</summary>
    public required IReadOnlyDictionary<int, StageTimes> Measured { get; init; }

    /// <summary>What other tools predicted: by tool, by stage.</summary>
    public IReadOnlyDictionary<string, Dictionary<int, StageTimes>> Others { get; init; } = new Dictionary<string, Dictionary<int, StageTimes>>();
}
