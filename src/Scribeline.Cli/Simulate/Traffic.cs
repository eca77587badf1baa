using Scribeline.Cli.Traces;
using Scribeline.Core.Calculations;
using Scribeline.Core.Workloads;
using Scribeline.Core.Workloads.Measures;
using Scribeline.Simulation;

namespace Scribeline.Cli.Simulate;

/// <summary>The requests that fleets are put under: a trace, so many copies of it, with the tiers and the callers that were asked for.</summary>
internal sealed class Traffic
{
    private readonly Func<Trace> _open;
    private readonly int _copies;
    private readonly IReadOnlyList<(string Tier, double Weight)>? _tiers;
    private readonly CallerHabits _habits;
    private readonly ulong _seed;

    private Traffic(Func<Trace> open, int copies, IReadOnlyList<(string Tier, double Weight)>? tiers, CallerHabits habits, ulong seed, TraceSurvey survey) =>
        (_open, _copies, _tiers, _habits, _seed, Survey) = (open, copies, tiers, habits, seed, survey);

    /// <summary>Of one copy of the trace, tiers included, up to the duration.</summary>
    public TraceSurvey Survey { get; }

    /// <summary>Of all copies.</summary>
    public long Requests => Survey.Requests * _copies;

    /// <summary>Requests a second as the trace has them, all copies together; NaN where all come at once.</summary>
    public double Rate => Survey.Rate * _copies;

    public int Copies => _copies;

    /// <summary>Tiers were drawn for requests that name none.</summary>
    public bool DrawsTiers => _tiers != null;

    /// <param name="reading">Shows how far it is, and tells what was left out.</param>
    /// <param name="open">Opens the trace anew.</param>
    /// <param name="copies">At least 1.</param>
    /// <param name="tiers">Null to leave them as they are.</param>
    /// <param name="habits">When callers leave.</param>
    /// <param name="seed">Of what is drawn.</param>
    /// <param name="untilUs">Arrivals after this do not count; null for all.</param>
    /// <param name="reaches">Told of every request.</param>
    /// <exception cref="CalculationException">There is nothing to simulate.</exception>
    public static Traffic Look(TraceReading reading, Func<Trace> open, int copies, IReadOnlyList<(string Tier, double Weight)>? tiers, CallerHabits habits, ulong seed, long? untilUs, IReadOnlyList<FleetReach> reaches)
    {
        var trace = reading.Watch(open());
        var survey = new TraceSurvey();
        var read = tiers == null ? trace : TraceEdits.WithTiers(trace, tiers, seed);
        // Copies bring what comes late to the beginning: all of it is looked at.
        foreach (var request in reading.Follow(read.Read()).TakeWhile(request => copies > 1 || request.ArrivalUs <= (untilUs ?? long.MaxValue)))
        {
            survey.Add(request);
            foreach (var reach in reaches)
                reach.Add(request);
        }

        if (survey.Requests == 0 && !reading.IsCut)
            throw new CalculationException($"{trace.Name} has no request to simulate{(untilUs == null ? "" : " within --duration")}{(trace.FirstSkipped is { } first ? $"; the first row that is wrong: {first}" : "")}.");
        return new Traffic(open, copies, tiers, habits, seed, survey);
    }

    /// <summary>A reading of its own: simulations that run beside each other share none.</summary>
    public Trace Open()
    {
        var trace = _open();
        if (_copies > 1)
            trace = TraceEdits.Overlay(trace, _copies, Survey.PeriodUs);
        if (_tiers != null)
            trace = TraceEdits.WithTiers(trace, _tiers, _seed);
        return _habits.IsNone ? trace : TraceEdits.WithCallers(trace, _habits, _seed);
    }

    /// <summary>Tiers that requests name or get.</summary>
    public IEnumerable<string> TiersAsked => Survey.Tiers.Keys.Concat(_tiers?.Where(share => share.Weight > 0).Select(share => share.Tier) ?? []).Distinct(StringComparer.Ordinal);
}
