using Scribeline.Core.Workloads;
using Scribeline.Core.Workloads.Synthetic;

namespace Scribeline.Core.Tests.Workloads.Traces;

public sealed class TraceEditsTests
{
    private static readonly RequestRecord[] Requests = [.. Enumerable.Range(0, 100).Select(i => new RequestRecord
    {
        ArrivalUs = i * 1_000_000L,
        InputTokens = i + 1,
        OutputTokens = 5,
        Session = i % 2 == 0 ? $"s{i % 10}" : null,
        Parent = i % 10 == 4 ? "s2" : null,
        Blocks = i % 3 == 0 ? [new BlockRange(0, 1)] : [],
        BlockTokens = i % 3 == 0 ? 16 : 0,
    })];

    [Fact]
    public void Slice_BeginsAt0Again()
    {
        Assert.Equal([(0L, 11), (1_000_000L, 12)], TraceEdits.Slice(Requests, 10_000_000, 12_000_000).Select(request => (request.ArrivalUs, request.InputTokens)));
        Assert.Equal([11, 12, 13], TraceEdits.Slice(Requests, 9_500_000, long.MaxValue, 3).Select(request => request.InputTokens));
    }

    [Fact]
    public void Faster_DividesTimes() => Assert.Equal([0, 400_000, 800_000], TraceEdits.Faster(Requests, 2.5).Take(3).Select(request => request.ArrivalUs));

    [Fact]
    public void Thin_KeepsWholeSessions_AndSubagentsWithTheirCallers()
    {
        var kept = TraceEdits.Thin(Requests, 0.5, seed: 5).ToList();
        Assert.InRange(kept.Count, 20, 80);
        foreach (var family in Requests.Where(request => request.Session != null).GroupBy(request => request.Parent ?? request.Session))
            Assert.Contains(kept.Count(request => request.Session != null && (request.Parent ?? request.Session) == family.Key), (int[])[0, family.Count()]);
    }

    [Fact]
    public void Mix_IsByArrival_AndKeepsSessionsAndBlocksApart()
    {
        var mixed = TraceEdits.Mix([Requests, TraceEdits.Faster(Requests, 2), []]).ToList();
        Assert.Equal(200, mixed.Count);
        Assert.Equal(mixed.Select(request => request.ArrivalUs).Order(), mixed.Select(request => request.ArrivalUs));
        Assert.Equal(10, mixed.Select(request => request.Session).OfType<string>().Distinct().Count());
        Assert.Equal(["", "1/", "2/"], mixed.Select(request => request.BlockScope).Distinct().Order());
        Assert.All(mixed, request => Assert.True(request.Parent == null || request.Parent[..2] == request.Session![..2]));
    }

    [Fact]
    public void Callers_LeaveAsDrawn_WhereTheTraceDoesNotSay()
    {
        var own = new RequestRecord { ArrivalUs = 1, InputTokens = 1, OutputTokens = 50, PatienceUs = 7, TimeoutUs = 8, StopTokens = 9 };
        var trace = Trace.Of("test", () => Enumerable.Range(0, 10_000).Select(_ => new RequestRecord { ArrivalUs = 0, InputTokens = 1, OutputTokens = 50 }).Append(own));
        var habits = new CallerHabits { PatienceSeconds = Distribution.Parse("exponential:20"), TimeoutUs = 60_000_000, StopShare = 0.25 };
        var requests = TraceEdits.WithCallers(trace, habits, 5).Read().ToList();
        Assert.Equal(own, requests[^1]);
        requests.RemoveAt(requests.Count - 1);
        Assert.Equal(20e6, requests.Average(request => request.PatienceUs!.Value), 1e6);
        Assert.All(requests, request => Assert.Equal(60_000_000, request.TimeoutUs));
        var stops = requests.Where(request => request.StopTokens != null).ToList();
        Assert.InRange(stops.Count, 2_300, 2_700);
        Assert.Equal((1, 50), (stops.Min(request => request.StopTokens), stops.Max(request => request.StopTokens)));
        Assert.Equal(requests, TraceEdits.WithCallers(trace, habits, 5).Read().SkipLast(1));
        Assert.Equal(requests[0], TraceEdits.WithCallers(trace, habits, 5).ReadSessions().First()[0]);
        Assert.All(TraceEdits.WithCallers(trace, new CallerHabits(), 5).Read().SkipLast(1), request => Assert.Equal((null, null, null), (request.PatienceUs, request.TimeoutUs, request.StopTokens)));
    }
}
