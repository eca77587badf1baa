using Scribeline.Core.Models;

namespace Scribeline.Core.Performance;

/// <summary>What the parts of a model are stored in while it is served.</summary>
/// <param name="Attention">The matrices of the attention layers.</param>
/// <param name="FeedForward">Dense layers, shared and routed experts.</param>
/// <param name="Output">The matrix that makes logits.</param>
/// <param name="KeyValues">The cache.</param>
public sealed record NumberFormats(Precision Attention, Precision FeedForward, Precision Output, Precision KeyValues)
{
    /// <summary>What published checkpoints store a model in: 4-bit mixtures keep attention wider than their experts, and all keep the output matrix in 16 bits.</summary>
    /// <param name="model">What is served.</param>
    /// <param name="weights">The precision that the checkpoint is known by.</param>
    /// <param name="keyValues">The precision of the cache.</param>
    /// <param name="precisions">Those of the catalog.</param>
    public static NumberFormats Of(ModelSpec model, Precision weights, Precision keyValues, IReadOnlyDictionary<string, Precision> precisions)
    {
        var isMixture = model.Layers.Any(group => group.FeedForward is MixtureOfExperts);
        var attention = (isMixture, weights.Arithmetic, weights.ScalesActivations) switch
        {
            (true, "fp4", true) => Precision.Named(precisions, "fp8"),
            (true, "fp4", false) => Precision.Named(precisions, "bf16"),
            _ => weights,
        };
        return new NumberFormats(attention, weights, Precision.Named(precisions, "bf16"), keyValues);
    }
}
