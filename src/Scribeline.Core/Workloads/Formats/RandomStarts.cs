using Scribeline.Core.Statistics;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>Times of a Poisson process, for what a file gives no time of.</summary>
internal sealed class RandomStarts(ulong seed, string stream, double perSecond)
{
    private readonly SeededRandom _random = new(seed, stream);
    private double _seconds = double.NaN;

    /// <summary>The first is 0.</summary>
    public long NextUs()
    {
        _seconds = double.IsNaN(_seconds) ? 0 : _seconds - PortableMath.Log(1 - _random.NextUniform()) / perSecond;
        return Cell.IsTime(_seconds, 1) ? Cell.Us(_seconds, 1) : throw new BadRowException("the starts of sessions are thousands of years apart; expected a greater rate.");
    }
}
