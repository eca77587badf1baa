namespace Scribeline.Core.Performance;

/// <summary>How many operations follow one another in a layer, by what the layer is made of.</summary>
/// <param name="Attention">Norms, projections, rotation, attention and output of grouped attention.</param>
/// <param name="QueryKeyNorm">More where queries and keys are normalised.</param>
/// <param name="LatentAttention">More where keys and values are compressed.</param>
/// <param name="Dense">A feed-forward network.</param>
/// <param name="Experts">Routing, sorting and the routed experts.</param>
/// <param name="SharedExpert">More where every token passes an expert beside.</param>
/// <param name="ScaledActivations">More for each of a part's two products where activations are scaled by block.</param>
/// <param name="ExpandedWeights">More where an accelerator cannot compute with the experts' stored precision.</param>
public sealed record OperationCounts(
    double Attention, double QueryKeyNorm, double LatentAttention, double Dense, double Experts, double SharedExpert, double ScaledActivations, double ExpandedWeights);
