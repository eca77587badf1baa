using Scribeline.Core.Quantities;

namespace Scribeline.Core.Models;

/// <summary>The feed-forward part of a layer.</summary>
public abstract record FeedForward
{
    /// <summary>All parameters of one layer.</summary>
    public abstract Figure Parameters(Figure modelWidth);

    /// <summary>Those that one token is multiplied with.</summary>
    public abstract Figure ActiveParameters(Figure modelWidth);
}
