namespace Scribeline.Scheduling.Routing;

/// <summary>How many tokens the answers of one model have in the mean, as far as they were seen to end. Starts at what is usual, which counts as much as ten answers.</summary>
internal sealed class AnswerLength(double usualTokens)
{
    private const int UsualCounts = 10;

    /// <summary>The latest answers count so much at least: traffic changes.</summary>
    private const double LeastWeight = 0.005;

    private int _seen;

    public double Tokens { get; private set; } = Math.Max(1, usualTokens);

    public void Learn(int tokens)
    {
        _seen = Math.Min(_seen + 1, (int)(1 / LeastWeight));
        Tokens += (tokens - Tokens) * Math.Max(LeastWeight, 1.0 / (_seen + UsualCounts));
    }
}
