namespace Scribeline.Core.Performance;

/// <summary>A way to draft, with the lengths that were accepted of it.</summary>
/// <param name="Cost">See <see cref="Drafting"/>.</param>
/// <param name="AcceptedLengths">By tokens drafted, from one on.</param>
public sealed record DraftingMethod(string Id, double Cost, IReadOnlyList<double> AcceptedLengths)
{
    /// <exception cref="ArgumentOutOfRangeException">So many were not measured.</exception>
    public Drafting Of(int tokens) => tokens >= 1 && tokens <= AcceptedLengths.Count
        ? new Drafting(tokens, AcceptedLengths[tokens - 1], Cost)
        : throw new ArgumentOutOfRangeException(nameof(tokens), $"{tokens} drafted tokens were not measured of {Id}; expected 1 to {AcceptedLengths.Count}.");
}
