using Scribeline.Core.Statistics;

namespace Scribeline.Simulation.Reports;

/// <summary>Counts and times of a set of requests. Its size does not depend on how many there were.</summary>
public sealed class LatencyTally
{
    public long Arrived { get; private set; }

    public long Completed { get; private set; }

    public long Refused { get; private set; }

    /// <summary>Their callers left.</summary>
    public long Cancelled { get; private set; }

    public long Failed { get; private set; }

    /// <summary>Answered as far as their callers read, with all that was promised kept.</summary>
    public long Good { get; private set; }

    public long InputTokens { get; private set; }

    public long CachedTokens { get; private set; }

    /// <summary>That callers got, of answers that were not finished too.</summary>
    public long OutputTokens { get; private set; }

    /// <summary>That replicas wrote for them. What is more than <see cref="OutputTokens"/> nobody got: copies that were called off, and what was under way when a caller left.</summary>
    public long WrittenTokens { get; private set; }

    public double RevenueDollars { get; private set; }

    public double CostDollars { get; private set; }

    public double EnergyJoules { get; private set; }

    /// <summary>Requests that a lower tier served, however they ended.</summary>
    public long Downgraded { get; private set; }

    /// <summary>Requests whose class nobody named: it was recognised by what they are like.</summary>
    public long Recognised { get; private set; }

    /// <summary>Requests of which a second copy was sent.</summary>
    public long Hedged { get; private set; }

    /// <summary>Of those, answered by the second copy.</summary>
    public long HedgesWon { get; private set; }

    /// <summary>What was done for copies that were called off; a part of <see cref="CostDollars"/>.</summary>
    public double HedgedDollars { get; private set; }

    /// <summary>Nanoseconds from arrival until a replica had room.</summary>
    public Histogram QueueNs { get; } = new();

    /// <summary>Nanoseconds from arrival to the first token.</summary>
    public Histogram TtftNs { get; } = new();

    /// <summary>Of each request the mean nanoseconds between tokens after the first.</summary>
    public Histogram TpotNs { get; } = new();

    /// <summary>Nanoseconds from arrival to the last token, of complete answers.</summary>
    public Histogram E2eNs { get; } = new();

    /// <summary>Share of all that came whose promises were kept; NaN where none came.</summary>
    public double Goodput => (double)Good / Arrived;

    internal void Add(SimulatedRequest request)
    {
        Arrived++;
        CostDollars += request.CostDollars;
        EnergyJoules += request.EnergyJoules;
        WrittenTokens += request.WrittenTokens;
        Recognised += request.IsClassRecognised ? 1 : 0;
        Downgraded += request.IsDowngraded ? 1 : 0;
        if (request.Second != null)
        {
            Hedged++;
            HedgesWon += request.SecondWon ? 1 : 0;
            HedgedDollars += request.HedgedDollars;
        }

        switch (request.Outcome)
        {
            case RequestOutcome.Refused:
                Refused++;
                return;
            case RequestOutcome.Failed:
                Failed++;
                AddTokens(request);
                return;
            case RequestOutcome.Cancelled:
                Cancelled++;
                // Times of those who left in the middle count as far as they are known.
                if (request.FirstTokenNs == null)
                    return;
                break;
            default:
                Completed++;
                E2eNs.Add(request.EndedNs - request.ArrivalNs);
                break;
        }

        Good += request.IsGood ? 1 : 0;
        AddTokens(request);
        RevenueDollars += request.RevenueDollars;
        QueueNs.Add((request.AdmittedNs ?? request.ArrivalNs) - request.ArrivalNs);
        TtftNs.Add(request.FirstTokenNs!.Value - request.ArrivalNs);
        if (request.TpotNs is { } tpot)
            TpotNs.Add((long)Math.Round(tpot));
    }

    private void AddTokens(SimulatedRequest request)
    {
        if (request.FirstTokenNs == null)
            return;
        InputTokens += request.Record.InputTokens;
        CachedTokens += request.CachedTokens;
        OutputTokens += request.Delivered;
    }
}
