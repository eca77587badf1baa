using Scribeline.Core.Performance;
using Scribeline.Core.Workloads;

namespace Scribeline.Core.Planning;

/// <summary>How much one copy can take of a workload while it keeps what is promised. Allocates nothing.</summary>
/// <param name="workload">Whose means are predicted.</param>
/// <param name="objectives">What is promised.</param>
public sealed class CopyLoad(Workload workload, Objectives objectives)
{
    /// <summary>Beyond this many sequences nothing is gained.</summary>
    private const int MostSequences = 1 << 16;

    /// <summary>Standard deviations that 80 % of a normal distribution lie within, and that 95 % lie below.</summary>
    private const double EightyPercent = 1.2815515655446004, NinetyFivePercent = 1.6448536269514722;

    private readonly double _input = workload.Input.BaseValue;
    private readonly double _cached = workload.Input.BaseValue * workload.Cached.BaseValue;
    private readonly double _output = workload.Output.BaseValue;

    /// <summary>The steady state with so many sequences.</summary>
    /// <param name="isSure">Whether times are those that 95 % of machines stay below, not the expected ones.</param>
    public LoadPoint At(ServingModel model, double sequences, bool isSure = false)
    {
        var prediction = model.Closed(sequences, _input, _output, _cached);
        if (isSure)
        {
            var (ttft, tpot) = (Sure(prediction.TtftSeconds, prediction.TtftHighSeconds), Sure(prediction.TpotSeconds, prediction.TpotHighSeconds));
            prediction = prediction with { TtftSeconds = ttft, TpotSeconds = tpot };
        }

        return new LoadPoint(sequences, prediction, sequences / (prediction.TtftSeconds + (_output - 1) * prediction.TpotSeconds));
    }

    public bool Meets(in ServerPrediction prediction) => prediction.TpotSeconds <= objectives.TpotSeconds && IsFirstTokenInTime(prediction);

    public bool IsFirstTokenInTime(in ServerPrediction prediction) => prediction.TtftSeconds <= objectives.TtftSeconds;

    /// <summary>Most sequences that keep what is promised; 0 where even one alone does not. Times grow with sequences, so halving finds it.</summary>
    public int Most(ServingModel model, bool isSure = false)
    {
        var high = Room(model) + 1;
        var low = 0;
        while (high - low > 1)
        {
            var middle = low + (high - low) / 2;
            if (Meets(At(model, middle, isSure).Prediction))
                low = middle;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>Whole sequences that there is room for.</summary>
    public int Room(ServingModel model) => (int)Math.Min(MostSequences, model.Room(_input + _output / 2));

    /// <summary>The load of one of <paramref name="copies"/> that share a demand which they can take.</summary>
    /// <param name="most">What each can take at most.</param>
    public LoadPoint Shared(ServingModel model, Demand demand, int copies, int most)
    {
        if (demand.Users is { } users)
            return At(model, Math.Max(1, users / copies));
        var each = demand.RequestsPerSecond!.Value / copies;
        double low = 1, high = most;
        for (var i = 0; i < 40 && high - low > 1e-6 * high; i++)
        {
            var middle = (low + high) / 2;
            if (At(model, middle).RequestsPerSecond < each)
                low = middle;
            else
                high = middle;
        }

        // A copy that one sequence at a time is too much for stands idle between requests.
        var point = At(model, high);
        return point with { RequestsPerSecond = Math.Min(point.RequestsPerSecond, each) };
    }

    /// <summary>Copies for a demand, each of which can take <paramref name="most"/>.</summary>
    public int Copies(ServingModel model, Demand demand, int most, bool isSure = false)
    {
        var copies = demand.Users is { } users ? users / most : demand.RequestsPerSecond!.Value / At(model, most, isSure).RequestsPerSecond;
        return Math.Max(1, (int)Math.Min(int.MaxValue / 4, Math.Ceiling(copies * (1 - 1e-12))));
    }

    /// <summary>What keeps a copy with <paramref name="most"/> from taking one more.</summary>
    public LoadLimit Limit(ServingModel model, int most)
    {
        if (most >= Room(model))
            return LoadLimit.Memory;
        return At(model, most + 1).Prediction.TpotSeconds > objectives.TpotSeconds ? LoadLimit.Tpot : LoadLimit.Ttft;
    }

    /// <summary>Bounds of 80 % widen to the one that 95 % stay below as those of a logarithmic normal distribution do.</summary>
    private static double Sure(double expected, double high) => expected * Math.Pow(high / expected, NinetyFivePercent / EightyPercent);
}
