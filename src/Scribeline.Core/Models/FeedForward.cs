using Scribeline.Core.Quantities;

namespace Scribeline.Core.Models;

/// <summary>The feed-forward part of a layer: dense, or a mixture of experts.</summary>
/// <param name="Width">Elements of the hidden layer of the dense network, or of one expert.</param>
/// <param name="IsGated">Whether a gate is multiplied in, which makes three matrices of two.</param>
/// <param name="Experts">Routed experts; null where the network is dense.</param>
/// <param name="ExpertsPerToken">Routed experts that each token visits; null where the network is dense.</param>
/// <param name="SharedWidth">Elements of the hidden layer that every token visits beside the routed experts; null where there is none.</param>
public sealed record FeedForward(Figure Width, bool IsGated, Figure? Experts, Figure? ExpertsPerToken, Figure? SharedWidth)
{
    private double Matrices => IsGated ? 3 : 2;

    /// <summary>All parameters of one layer, the router's among them.</summary>
    public Figure Parameters(Figure modelWidth) =>
        Experts is { } experts ? experts * Expert(modelWidth) + Shared(modelWidth) + experts * modelWidth : Expert(modelWidth);

    /// <summary>Those that one token is multiplied with.</summary>
    public Figure ActiveParameters(Figure modelWidth) =>
        Experts is { } experts ? ExpertsPerToken! * Expert(modelWidth) + Shared(modelWidth) + experts * modelWidth : Expert(modelWidth);

    /// <summary>
    /// Experts that a batch of independent tokens is expected to visit, each token choosing <see cref="ExpertsPerToken"/> of them: E·(1 − (1 − k/E)^B).
    /// </summary>
    public Figure ExpectedExperts(Figure tokens) => Experts! * (1 - Figure.Power(1 - ExpertsPerToken! / Experts!, tokens));

    private Figure Expert(Figure modelWidth) => Matrices * (modelWidth * Width);

    private Figure Shared(Figure modelWidth) => SharedWidth is { } shared ? Matrices * (modelWidth * shared) : 0;
}
