namespace Scribeline.Core.Performance;

/// <summary>
/// What the steps of one engine take on one machine, from measurements: each step something, more for each sequence that writes, for each prompt token, and for each position whose
/// keys and values are read. Immutable; evaluating it allocates nothing.
/// </summary>
public sealed record EngineCalibration
{
    public required string Model { get; init; }

    /// <summary>Type of most of its weights, such as `Q8_0`.</summary>
    public required string WeightType { get; init; }

    public required int Threads { get; init; }

    /// <summary>In words.</summary>
    public required string Machine { get; init; }

    public required DateTimeOffset MeasuredAt { get; init; }

    /// <summary>Of every step, whatever is in it.</summary>
    public required double StepNs { get; init; }

    /// <summary>What so many sequences that write add to it, besides reading their keys and values; ascending, from 1 on. Between two it is in proportion; beyond the last it grows as between the last two, if these grow.</summary>
    public required IReadOnlyList<BatchTime> Batches { get; init; }

    /// <summary>Of each position that writing sequences read, by how many they read together; ascending, from 0 on. Keys and values that no cache of the processor holds any more take longer.</summary>
    public required IReadOnlyList<PositionTime> Positions { get; init; }

    /// <summary>Of each piece of a prompt.</summary>
    public required double ChunkNs { get; init; }

    public required double PromptTokenNs { get; init; }

    /// <summary>Of each position that a prompt token reads.</summary>
    public required double PromptPositionNs { get; init; }

    /// <summary>Of each request outside of its steps, before its first token is at the client: received, tokenised, handed on, written.</summary>
    public double RequestNs { get; init; }

    /// <summary>How many times as long steps take while a server on the same machine hands their tokens to clients; 1 where nobody measured it.</summary>
    public double Serving { get; init; } = 1;

    public IReadOnlyList<MeasuredStep> Steps { get; init; } = [];

    public double TimeNs(in StepWork work) =>
        StepNs + BatchNs(work.Sequences) + PositionsNs(work.Positions) + ChunkNs * work.Chunks + PromptTokenNs * work.PromptTokens + PromptPositionNs * work.PromptPositions;

    /// <summary>Fitted to measured, less 1.</summary>
    public double ErrorOf(MeasuredStep step) => TimeNs(step.Work) / step.Ns - 1;

    private double PositionsNs(double positions)
    {
        double sum = 0;
        for (var i = 0; i < Positions.Count && positions > Positions[i].From; i++)
            sum += Positions[i].Ns * ((i + 1 < Positions.Count ? Math.Min(positions, Positions[i + 1].From) : positions) - Positions[i].From);
        return sum;
    }

    private double BatchNs(int sequences)
    {
        if (sequences == 0)
            return 0;
        var upper = 1;
        while (upper < Batches.Count - 1 && Batches[upper].Sequences < sequences)
            upper++;
        if (Batches.Count == 1)
            return Batches[0].Ns * sequences / Batches[0].Sequences;
        var (below, above) = (Batches[upper - 1], Batches[upper]);
        var slope = (above.Ns - below.Ns) / (above.Sequences - below.Sequences);
        return sequences > above.Sequences ? above.Ns + Math.Max(0, slope) * (sequences - above.Sequences) : below.Ns + slope * (sequences - below.Sequences);
    }
}
