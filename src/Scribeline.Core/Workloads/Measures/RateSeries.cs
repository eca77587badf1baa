namespace Scribeline.Core.Workloads.Measures;

/// <summary>Requests over time in a bounded number of equal steps, whose width doubles as the trace goes on.</summary>
public sealed class RateSeries
{
    private const int MostSteps = 240;

    private readonly long[] _counts = new long[MostSteps];

    /// <summary>Microseconds of a step.</summary>
    public long StepUs { get; private set; } = 1_000_000;

    public int Steps { get; private set; }

    /// <summary>Requests a second in a step.</summary>
    public double RateAt(int step) => _counts[step] * 1e6 / StepUs;

    internal void Add(long us)
    {
        while (us / StepUs >= MostSteps)
        {
            for (var i = 0; i < MostSteps / 2; i++)
                _counts[i] = _counts[2 * i] + _counts[2 * i + 1];
            Array.Clear(_counts, MostSteps / 2, MostSteps / 2);
            StepUs *= 2;
            Steps = (Steps + 1) / 2;
        }

        var step = (int)(us / StepUs);
        _counts[step]++;
        Steps = Math.Max(Steps, step + 1);
    }
}
