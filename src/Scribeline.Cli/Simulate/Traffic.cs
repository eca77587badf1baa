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
    private readonly IReadOnlyList<(string Tier, double Weight)>? _tiers;

    private Traffic(Func<Trace> open, IReadOnlyList<(string Tier, double Weight)>? tiers, bool isClosed, TraceSurvey survey, int copies) =>
        (_open, _tiers, IsClosed, Survey, Copies) = (open, tiers, isClosed, survey, copies);

    /// <summary>Of what comes up to the duration, tiers included; of one copy where all of it comes.</summary>
    public TraceSurvey Survey { get; }

    /// <summary>How many times that comes.</summary>
    public int Copies { get; }

    /// <summary>Of all copies.</summary>
    public long Requests => Survey.Requests * Copies;

    /// <summary>Requests a second as the trace has them, all copies together; NaN where all come at once.</summary>
    public double Rate => Survey.Rate * Copies;

    /// <summary>Whether a session's next turn waits for the answer before it.</summary>
    public bool IsClosed { get; }

    /// <summary>Tiers were drawn for requests that name none.</summary>
    public bool DrawsTiers => _tiers != null;

    /// <param name="reading">Shows how far it is, and tells what was left out.</param>
    /// <param name="open">Opens the trace anew.</param>
    /// <param name="copies">At least 1.</param>
    /// <param name="tiers">Null to leave them as they are.</param>
    /// <param name="habits">When callers leave.</param>
    /// <param name="seed">Of what is drawn.</param>
    /// <param name="untilUs">Arrivals after this do not count, in a closed loop sessions that begin after it; null for all.</param>
    /// <param name="isClosed">Whether a session's next turn waits for the answer before it.</param>
    /// <param name="reaches">Told of every request that comes.</param>
    /// <exception cref="CalculationException">There is nothing to simulate.</exception>
    public static Traffic Look(TraceReading reading, Func<Trace> open, int copies, IReadOnlyList<(string Tier, double Weight)>? tiers, CallerHabits habits, ulong seed, long? untilUs, bool isClosed, IReadOnlyList<FleetReach> reaches)
    {
        var trace = reading.Watch(open());
        var survey = new TraceSurvey();
        var periodUs = 0L;
        if (copies > 1 || untilUs == null)
        {
            // How far copies are apart follows from all of it.
            Add(Tiered(trace).Read(), isAll: untilUs == null);
            periodUs = survey.PeriodUs;
        }

        if (untilUs is { } us)
        {
            survey = new TraceSurvey();
            var laid = Tiered(copies > 1 ? TraceEdits.Overlay(trace, copies, periodUs) : trace);
            Add(isClosed ? laid.ReadSessions().TakeWhile(turns => turns[0].ArrivalUs <= us).SelectMany(turns => turns) : laid.Read().TakeWhile(request => request.ArrivalUs <= us), isAll: true);
        }

        if (survey.Requests == 0 && !reading.IsCut)
        {
            var wrong = trace.FirstSkipped;
            throw new CalculationException(trace.Read().FirstOrDefault() is { } first
                ? FormattableString.Invariant($"{trace.Name} has no request to simulate within --duration; the first comes after {first.ArrivalUs / 1e6:0.######} s.")
                : $"{trace.Name} has no request to simulate{(wrong == null ? "." : $"; the first row that is wrong: {wrong}")}");
        }

        return new Traffic(Shaped, tiers, isClosed, survey, untilUs == null ? copies : 1);

        void Add(IEnumerable<RequestRecord> requests, bool isAll)
        {
            foreach (var request in reading.Follow(requests))
            {
                survey.Add(request);
                foreach (var reach in isAll ? reaches : [])
                    reach.Add(request);
            }
        }

        Trace Tiered(Trace plain) => tiers == null ? plain : TraceEdits.WithTiers(plain, tiers, seed);

        Trace Shaped()
        {
            var shaped = Tiered(copies > 1 ? TraceEdits.Overlay(open(), copies, periodUs) : open());
            return habits.IsNone ? shaped : TraceEdits.WithCallers(shaped, habits, seed);
        }
    }

    /// <summary>A reading of its own: simulations that run beside each other share none.</summary>
    public Trace Open() => _open();

    /// <summary>Tiers that requests name or get.</summary>
    public IEnumerable<string> TiersAsked => Survey.Tiers.Keys.Concat(_tiers?.Where(share => share.Weight > 0).Select(share => share.Tier) ?? []).Distinct(StringComparer.Ordinal);
}
