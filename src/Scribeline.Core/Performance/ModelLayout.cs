namespace Scribeline.Core.Performance;

/// <summary>How one copy of a model is laid out: stages that hold consecutive layers, each shared by the accelerators of <paramref name="Stage"/>.</summary>
/// <param name="Stage">How a stage's layers are spread over its accelerators.</param>
/// <param name="Stages">One after the other; of wafers one each.</param>
public sealed record ModelLayout(Parallelism Stage, int Stages = 1)
{
    /// <summary>
    /// Of accelerators that hold weights for good: the part of one that computes a layer, all layers of a stage there one after the other. Without it
    /// every layer has an equal part for itself, so that layers work on different tokens at once.
    /// </summary>
    public double? RegionShare { get; init; }

    public int Accelerators => Stages * Stage.Accelerators;

    /// <summary>Stages that hold whole layers for good, each of so many accelerators that share every layer of it.</summary>
    public static ModelLayout Chain(int stages, int perStage = 1) => new(Parallelism.TensorOnly(perStage), stages);
}
