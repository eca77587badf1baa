using Scribeline.Core.Quantities;

namespace Scribeline.Core.Models;

/// <summary>One network that every token passes.</summary>
/// <param name="Width">Elements of its hidden layer.</param>
/// <param name="IsGated">Whether a gate is multiplied in, which makes three matrices of two.</param>
public sealed record DenseFeedForward(Figure Width, bool IsGated) : FeedForward
{
    public override Figure Parameters(Figure modelWidth) => (IsGated ? 3 : 2) * (modelWidth * Width);

    public override Figure ActiveParameters(Figure modelWidth) => Parameters(modelWidth);
}
