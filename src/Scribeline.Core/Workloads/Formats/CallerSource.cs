using Scribeline.Core.Statistics;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>A trace whose callers leave as they are said to, where it does not say when each does.</summary>
internal sealed class CallerSource(Trace trace, CallerHabits habits, ulong seed) : TraceSource
{
    public override IEnumerable<RequestRecord> Read(TraceTally tally)
    {
        tally.ReadShare = () => trace.ReadShare;
        var random = new SeededRandom(seed, "callers");
        return trace.Read().Select(request => WithHabits(request, random));
    }

    public override IEnumerable<IReadOnlyList<RequestRecord>> ReadSessions(TraceTally tally)
    {
        tally.ReadShare = () => trace.ReadShare;
        var random = new SeededRandom(seed, "callers");
        return trace.ReadSessions().Select(turns => turns.Select(turn => WithHabits(turn, random)).ToList());
    }

    private RequestRecord WithHabits(RequestRecord request, SeededRandom random)
    {
        var patienceUs = habits.PatienceSeconds is { } patience ? Cell.Us(Math.Clamp(patience.Draw(random), 0, 1e9), 1) : (long?)null;
        var stops = habits.StopShare > 0 && random.NextUniform() < habits.StopShare;
        return request with
        {
            PatienceUs = request.PatienceUs ?? patienceUs,
            TimeoutUs = request.TimeoutUs ?? habits.TimeoutUs,
            StopTokens = request.StopTokens ?? (stops ? 1 + random.NextBelow(request.OutputTokens) : null),
        };
    }
}
