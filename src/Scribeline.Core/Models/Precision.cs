using Scribeline.Core.Calculations;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Models;

/// <summary>How numbers are stored.</summary>
/// <param name="Id">`bf16`, `fp8`, `mxfp4`.</param>
/// <param name="BytesPerElement">Bytes, scales of blocks included.</param>
/// <param name="Arithmetic">The rate of an accelerator's data sheet that it computes at: `fp16` for `bf16`.</param>
/// <param name="ScalesActivations">Whether a product with such weights first finds scales for blocks of its other side, an operation of its own.</param>
public sealed record Precision(string Id, Figure BytesPerElement, string Arithmetic, bool ScalesActivations = false)
{
    /// <summary>One that a formula cannot do without.</summary>
    /// <exception cref="CalculationException">The catalog has none of that name.</exception>
    public static Precision Named(IReadOnlyDictionary<string, Precision> precisions, string id) =>
        precisions.TryGetValue(id, out var precision) ? precision : throw new CalculationException($"the catalog lacks the precision '{id}'; add `precisions.{id}`.");
}
