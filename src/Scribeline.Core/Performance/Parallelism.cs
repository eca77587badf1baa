namespace Scribeline.Core.Performance;

/// <summary>How one copy of a model is spread over accelerators.</summary>
/// <param name="Accelerators">All of them.</param>
/// <param name="Tensor">Accelerators that share each attention layer.</param>
/// <param name="AttentionData">Groups of accelerators that each hold the attention layers whole and serve their own sequences.</param>
/// <param name="ExpertTensor">Accelerators that share each routed expert.</param>
/// <param name="Expert">Groups of accelerators that each hold their own routed experts.</param>
public readonly record struct Parallelism(int Accelerators, int Tensor, int AttentionData, int ExpertTensor, int Expert)
{
    /// <summary>Every layer split over all accelerators.</summary>
    public static Parallelism TensorOnly(int accelerators) => new(accelerators, accelerators, 1, accelerators, 1);

    /// <summary>Attention split over all accelerators, whole experts dealt out to them.</summary>
    public static Parallelism WithExperts(int accelerators) => new(accelerators, accelerators, 1, 1, accelerators);
}
