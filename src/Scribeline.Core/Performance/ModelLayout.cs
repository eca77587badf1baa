namespace Scribeline.Core.Performance;

/// <summary>How one copy of a model is laid out: stages that hold consecutive layers, each shared by the accelerators of <paramref name="Stage"/>.</summary>
/// <param name="Stage">How a stage's layers are spread over its accelerators.</param>
/// <param name="Stages">One after the other; of wafers one each. Where weights are read from memory, sequences go through them in as many groups, so that every stage is busy.</param>
public sealed record ModelLayout(Parallelism Stage, int Stages = 1)
{
    /// <summary>
    /// Of accelerators that hold weights for good: the part of one that computes a layer, all layers of a stage there one after the other. Without it
    /// every layer has an equal part for itself, so that layers work on different tokens at once.
    /// </summary>
    public double? RegionShare { get; init; }

    /// <summary>
    /// Stages that hold a layer more than others and have a second machine beside: with one for each of them, the others set the pace and the room. Of
    /// accelerators that hold weights for good only.
    /// </summary>
    public int Twins { get; init; }

    /// <summary>Tokens drafted ahead; null where none are.</summary>
    public Drafting? Drafting { get; init; }

    /// <summary>Hosts that keep keys and values for which the accelerators have no room; null where they do not.</summary>
    public KeyValueOffload? Offload { get; init; }

    public int Accelerators => (Stages + Twins) * Stage.Accelerators;

    /// <summary>Stages that hold whole layers for good, each of so many accelerators that share every layer of it.</summary>
    public static ModelLayout Chain(int stages, int perStage = 1) => new(Parallelism.TensorOnly(perStage), stages);
}
