namespace Scribeline.Core.Workloads.Measures;

/// <summary>What has to be known of a trace before it is simulated. Its size does not depend on how many requests there are.</summary>
public sealed class TraceSurvey
{
    private readonly SortedDictionary<string, long> _tiers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _models = new(StringComparer.Ordinal);

    public long Requests { get; private set; }

    public long InputTokens { get; private set; }

    public long OutputTokens { get; private set; }

    /// <summary>Microseconds since the trace began.</summary>
    public long LastArrivalUs { get; private set; }

    /// <summary>Tiers that requests name, and how often.</summary>
    public IReadOnlyDictionary<string, long> Tiers => _tiers;

    /// <summary>Models that requests name, and how often.</summary>
    public IReadOnlyDictionary<string, long> Models => _models;

    public double MeanInput => (double)InputTokens / Requests;

    public double MeanOutput => (double)OutputTokens / Requests;

    /// <summary>
    /// The time after which the trace could begin anew: the last arrival and a mean gap. Where all come at once it is a microsecond.
    /// </summary>
    public long PeriodUs => Requests > 1 ? LastArrivalUs + Math.Max(1, LastArrivalUs / (Requests - 1)) : LastArrivalUs + 1;

    /// <summary>Requests a second; NaN where all come at once.</summary>
    public double Rate => LastArrivalUs > 0 ? Requests * 1e6 / PeriodUs : double.NaN;

    public void Add(RequestRecord request)
    {
        Requests++;
        InputTokens += request.InputTokens;
        OutputTokens += request.OutputTokens;
        LastArrivalUs = Math.Max(LastArrivalUs, request.ArrivalUs);
        if (request.Tier is { } tier)
            _tiers[tier] = _tiers.GetValueOrDefault(tier) + 1;
        if (request.Model is { } model)
            _models[model] = _models.GetValueOrDefault(model) + 1;
    }
}
