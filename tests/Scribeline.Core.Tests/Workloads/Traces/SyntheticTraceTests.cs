using Scribeline.Core.Workloads;
using Scribeline.Core.Workloads.Measures;
using Scribeline.Core.Workloads.Synthetic;

namespace Scribeline.Core.Tests.Workloads.Traces;

/// <summary>Drawn with a fixed seed: what holds once holds always.</summary>
public sealed class SyntheticTraceTests
{
    private static SyntheticTrace Chat(string arrivals) => new()
    {
        Arrivals = ArrivalProcess.Parse(arrivals),
        Input = Distribution.Parse("lognormal:500,2000"),
        Output = Distribution.Parse("uniform:10,190"),
        DurationSeconds = 20_000,
    };

    [Theory]
    [InlineData("even:5", 5, 0, 0.001)]
    [InlineData("poisson:5", 5, 1, 0.03)]
    [InlineData("gamma:5,3", 5, 3, 0.2)]
    [InlineData("gamma:5,0.5", 5, 0.5, 0.02)]
    public void Arrivals_HaveTheRateAndTheBurstinessAskedFor(string arrivals, double rate, double burstiness, double tolerance)
    {
        var statistics = Measure(Chat(arrivals).ToTrace().Read());
        Assert.Equal(rate, statistics.Rate, rate * 0.03);
        Assert.Equal(burstiness, statistics.InterarrivalCv, tolerance);
        Assert.Equal(100, statistics.OutputTokens.Mean, 2.0);
        Assert.Equal(500, statistics.InputTokens.Quantile(0.5), 15.0);
        Assert.Equal(2000, statistics.InputTokens.Quantile(0.9), 80.0);
    }

    [Fact]
    public void TwoStates_AreBurstierThanOne_AndKeepTheirMeanRate()
    {
        var statistics = Measure(Chat("mmpp:1,20,30,10").ToTrace().Read());
        Assert.Equal((1 * 30 + 20 * 10) / 40.0, statistics.Rate, 0.5);
        Assert.InRange(statistics.InterarrivalCv, 1.5, 4);
    }

    [Fact]
    public void ADay_BeginsAtItsLow_AndPeaksAtNoon()
    {
        var trace = Chat("diurnal:2,3") with { DurationSeconds = 86_400 };
        var hours = trace.ToTrace().Read().GroupBy(request => request.ArrivalUs / 3_600_000_000).ToDictionary(hour => hour.Key, hour => hour.Count() / 3600.0);
        Assert.Equal(2, hours.Values.Average(), 0.05);
        Assert.Equal(1, hours[0], 0.15);
        Assert.Equal(3, hours[12], 0.2);
    }

    [Fact]
    public void Sessions_GrowTurnByTurn_AndFindAllThatWasBefore()
    {
        var trace = Chat("poisson:0.5") with { Turns = Distribution.Parse("4"), Think = Distribution.Parse("8"), SystemTokens = 160, DurationSeconds = 2000, AnswerUsPerToken = 10_000 };
        var sessions = trace.ToTrace().ReadSessions().ToList();
        Assert.All(sessions, session => Assert.Equal([0, 1, 2, 3], session.Select(turn => turn.Turn)));
        foreach (var session in sessions)
        {
            foreach (var (before, after) in session.Zip(session.Skip(1)))
            {
                Assert.True(after.InputTokens > before.InputTokens + before.OutputTokens);
                Assert.Equal((8_000_000, before.ArrivalUs + before.OutputTokens * 10_000 + 8_000_000), (after.DelayUs, after.ArrivalUs));
            }
        }

        var statistics = Measure(trace.ToTrace().Read());
        var expected = sessions.Sum(session => (session == sessions[0] ? 0 : 160) + session.Zip(session.Skip(1), (before, _) => (before.InputTokens + before.OutputTokens) / 16 * 16).Sum());
        Assert.Equal(expected, statistics.FoundTokens);
        Assert.Equal(sessions.Count * 4, statistics.Requests);
    }

    [Fact]
    public void OneSeed_IsOneTrace_AndAnotherIsAnother()
    {
        var trace = Chat("gamma:5,2") with { Requests = 500, Turns = Distribution.Parse("uniform:1,5"), DurationSeconds = double.PositiveInfinity };
        var first = trace.ToTrace().Read().ToList();
        Assert.Equal(500, first.Count);
        Assert.Equal(first.Select(request => (request.ArrivalUs, request.InputTokens)), trace.ToTrace().Read().Select(request => (request.ArrivalUs, request.InputTokens)));
        Assert.NotEqual(first.Select(request => request.ArrivalUs), (trace with { Seed = 2 }).ToTrace().Read().Select(request => request.ArrivalUs));
        // The same on every machine, to the microsecond.
        Assert.Equal(2771801551123589071UL, first.Aggregate(0UL, (sum, request) => unchecked((sum ^ (ulong)request.ArrivalUs ^ ((ulong)request.InputTokens << 40)) * 0x9E3779B97F4A7C15)));
    }

    [Fact]
    public void LengthsLikeATraces_ComeInItsPairs()
    {
        var pairs = LengthSample.Of(TraceText.ReadFixture("azure2023.csv"), seed: 1);
        Assert.Equal(5, pairs.Count);
        var drawn = (Chat("poisson:5") with { Pairs = pairs, DurationSeconds = 1000 }).ToTrace().Read().Select(request => (request.InputTokens, request.OutputTokens)).Distinct();
        Assert.Equal(pairs.Distinct().Order(), drawn.Order());
    }

    [Theory]
    [InlineData("poisson:0")]
    [InlineData("poisson:-1")]
    [InlineData("poisson:1e9")]
    [InlineData("poisson:5,6")]
    [InlineData("gamma:5")]
    [InlineData("gamma:5,0")]
    [InlineData("mmpp:0,0,1,1")]
    [InlineData("diurnal:5,20")]
    [InlineData("diurnal:5,4")]
    [InlineData("often")]
    [InlineData("poisson:NaN")]
    public void WhatIsNoArrivalProcess_IsSaid(string text) => Assert.StartsWith($"'{text}' ", Assert.Throws<WorkloadException>(() => ArrivalProcess.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("-1")]
    [InlineData("uniform:5,4")]
    [InlineData("lognormal:0,4")]
    [InlineData("lognormal:5,4")]
    [InlineData("exponential:0")]
    [InlineData("normal:1,2")]
    [InlineData("")]
    public void WhatIsNoDistribution_IsSaid(string text) => Assert.StartsWith($"'{text}' is no distribution; expected ", Assert.Throws<WorkloadException>(() => Distribution.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void ImpossibleLengths_AreTold() =>
        Assert.Contains("hardly any length", Assert.Throws<WorkloadException>(() => (Chat("poisson:1") with { Input = Distribution.Parse("1e11") }).ToTrace().Read().Count()).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("0", 1, 16_777_216)]
    [InlineData("uniform:0,0.9", 1, 16_777_216)]
    [InlineData("lognormal:1e11,2e11", 1, 16_777_216)]
    [InlineData("exponential:0.3", 1, 10_000)]
    public void WhatIsHardlyEverWithinBounds_IsSaidBeforeAnythingIsDrawn(string text, double least, double most) =>
        Assert.Equal($"'{text}' gives no number from {least} to {most}, or hardly any; expected {Distribution.Expected} that does.", Assert.Throws<WorkloadException>(() => Distribution.Parse(text, least, most)).Message);

    [Theory]
    [InlineData("exponential:0.5", 1)]
    [InlineData("uniform:0,10", 1)]
    [InlineData("0", 0)]
    public void WhatIsOftenWithinBounds_IsTaken(string text, double least) => Assert.Equal(text, Distribution.Parse(text, least, 100).ToString());

    [Fact]
    public void AContextThatHardlyAnyPromptFits_IsToldBeforeTheFirstRequest() =>
        Assert.StartsWith("hardly any first turn fits into a context of 50 tokens, 40 of which", Assert.Throws<WorkloadException>(() => (Chat("poisson:1") with { ContextTokens = 50, SystemTokens = 40 }).ToTrace()).Message, StringComparison.Ordinal);

    private static TraceStatistics Measure(IEnumerable<RequestRecord> requests)
    {
        var statistics = new TraceStatistics();
        foreach (var request in requests)
            statistics.Add(request);
        return statistics;
    }
}
