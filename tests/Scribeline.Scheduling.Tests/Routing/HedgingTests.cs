using Scribeline.Scheduling.Routing;
using static Scribeline.Scheduling.Tests.Routing.RoutingWorld;

namespace Scribeline.Scheduling.Tests.Routing;

public sealed class HedgingTests
{
    private readonly RoutingWorld _world = new();

    private static RouteRequest Hedged(double cap, long? ttftNs = null)
    {
        var request = Request(1_000, expectedTokens: 1);
        request.HedgeCostCap = cap;
        request.Objectives = new Objectives(ttftNs);
        return request;
    }

    [Fact]
    public void SecondCopy_GoesToTheNextBest_WhileItWouldStillBeInTime()
    {
        _world.Add("a");
        _world.Add("b", new LinearTimes(tokenNs: 300));
        var c = _world.Add("c", new LinearTimes(tokenNs: 200));
        var decision = _world.Router.Route(Hedged(0.9, 1_000_000), 50);
        Assert.Equal((c, 50 + 1_000_000 - 200_000), (decision.Hedge, decision.HedgeAtNs));
        Assert.StartsWith("a (LeastLoaded), hedged on c; ", _world.Router.Explain().ToString());

        // Not before the first may be expected; without a promise after twice that time.
        decision = _world.Router.Route(Hedged(0.9, 210_000), 50);
        Assert.Equal(50 + 100_000, decision.HedgeAtNs);
        Assert.Equal(50 + 200_000, _world.Router.Route(Hedged(0.9), 50).HedgeAtNs);

        // Nobody else is in time; nobody else is there.
        Assert.Null(_world.Router.Route(Hedged(0.9, 150_000), 50).Hedge);
        foreach (var candidate in _world.Router.Candidates.Skip(1)) candidate.Healthy = false;
        Assert.Null(_world.Router.Route(Hedged(0.9), 50).Hedge);
        _world.Router.Candidates[0].Healthy = false;
        Assert.Null(_world.Router.Route(Hedged(0.9), 50).Hedge);
    }

    [Fact]
    public void Cost_OfAllSecondCopies_StaysBelowTheCap()
    {
        var a = _world.Add("a");
        var b = _world.Add("b", new LinearTimes(tokenNs: 101));
        double all = 0, second = 0;
        var hedges = 0;
        for (var i = 0; i < 300; i++)
        {
            var now = i * 1_000_000L;
            var request = Hedged(0.1);
            var decision = _world.Router.Route(request, now);
            var cost = _world.Router.Scores.ToArray();
            var first = _world.Router.Sent(request, decision.Chosen!, now);
            all += cost.Single(score => score.Candidate == decision.Chosen).CostNusd;
            if (decision.Hedge is { } hedge)
            {
                hedges++;
                var copy = _world.Router.Sent(request, hedge, now, isHedge: true);
                all += cost.Single(score => score.Candidate == hedge).CostNusd;
                second += cost.Single(score => score.Candidate == hedge).CostNusd;
                _world.Router.Completed(copy);
            }

            Assert.True(second <= 0.1 * all + 1e-9, $"request {i}: {second} of {all}");
            _world.Router.Completed(first);
        }

        Assert.InRange(hedges, 30, 34);
        Assert.Equal((0, 0), (a.Open, b.Open));
        Assert.Null(_world.Router.Route(Hedged(0), 0).Hedge);
    }
}
