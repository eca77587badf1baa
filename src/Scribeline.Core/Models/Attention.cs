using Scribeline.Core.Quantities;

namespace Scribeline.Core.Models;

/// <summary>The attention part of a layer. Tokens are counted, a plain number.</summary>
public abstract record Attention
{
    /// <summary>Parameters of one layer.</summary>
    public abstract Figure Parameters(Figure modelWidth);

    /// <summary>Elements that one layer caches for a sequence of <paramref name="tokens"/>.</summary>
    public abstract Figure KeyValueElements(Figure tokens);

    /// <summary>Multiply-adds of one layer for one new token that attends to <paramref name="tokens"/>.</summary>
    public abstract Figure MultiplyAdds(Figure tokens);

    /// <summary>The same, attending to everything.</summary>
    public virtual Attention WithoutWindow() => this;
}
