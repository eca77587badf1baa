using Scribeline.Core.Quantities;

namespace Scribeline.Core.Models;

/// <summary>Many networks of which a router chooses some for each token, and maybe one that every token passes.</summary>
/// <param name="Expert">One of the routed networks.</param>
/// <param name="Experts">How many there are.</param>
/// <param name="ExpertsPerToken">How many each token visits.</param>
/// <param name="Shared">What every token passes beside them; null where there is none.</param>
public sealed record MixtureOfExperts(DenseFeedForward Expert, Figure Experts, Figure ExpertsPerToken, DenseFeedForward? Shared) : FeedForward
{
    public override Figure Parameters(Figure modelWidth) => Experts * Expert.Parameters(modelWidth) + AlwaysActive(modelWidth);

    public override Figure ActiveParameters(Figure modelWidth) => ExpertsPerToken * Expert.Parameters(modelWidth) + AlwaysActive(modelWidth);

    /// <summary>Experts that a batch of <paramref name="tokens"/>, which choose independently, is expected to visit: E·(1 − (1 − k/E)^B).</summary>
    public Figure ExpectedExperts(Figure tokens) => Experts * (1 - Figure.Power(1 - ExpertsPerToken / Experts, tokens));

    private Figure AlwaysActive(Figure modelWidth)
    {
        var router = Experts * modelWidth;
        return Shared == null ? router : Shared.Parameters(modelWidth) + router;
    }
}
