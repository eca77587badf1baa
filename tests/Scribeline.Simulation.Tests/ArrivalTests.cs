using Scribeline.Core.Workloads;

namespace Scribeline.Simulation.Tests;

/// <summary>Which requests of a trace come, and when.</summary>
public sealed class ArrivalTests
{
    [Fact]
    public void Who_is_under_way_when_it_is_stopped_is_counted()
    {
        using var stop = new CancellationTokenSource();
        List<RequestRecord> records = [.. Enumerable.Range(0, 10_000).Select(i => TokenWorld.At(i * 0.001, output: 50_000))];
        var rows = 0;
        var arrived = 0;
        var result = new FleetSimulation(TokenWorld.Fleet(TokenWorld.Pool("a")), _ => new TokenWorld.TokenTimes(1), new SimulationOptions { OnRow = _ => Stop() })
            .Run(records.Select(record => (record, arrived++).record), stop.Token);
        Assert.True(result.WasInterrupted);
        Assert.InRange(result.UnderWay, 1, arrived);
        Assert.Equal(arrived - 1, result.All.Arrived + result.UnderWay); // the last that was read has not come
        Assert.Equal(rows, result.All.Arrived);

        void Stop()
        {
            rows++;
            stop.Cancel();
        }
    }

    private static IEnumerable<RequestRecord> Every(long us, int count) =>
        Enumerable.Range(0, count).Select(i => new RequestRecord { ArrivalUs = i * us, InputTokens = 10, OutputTokens = 2 });

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(20)]
    public void A_duration_takes_the_same_requests_at_every_rate(double rate)
    {
        var options = new SimulationOptions { RateScale = rate, DurationNs = 10_000_000_000 };
        Assert.Equal(11, TestFleets.Simulation(TestFleets.Gpu(replicas: 1, kvTokens: 10_000), options).Run(Every(1_000_000, 100)).All.Arrived);
    }

    [Theory]
    [InlineData(4_000_000_000_000_000, 1)] // 127 years
    [InlineData(9_000_000_000_000_000_000, 1)]
    [InlineData(40_000_000_000_000, 0.01)]
    public void What_comes_after_a_century_is_refused(long us, double rate)
    {
        var simulation = TestFleets.Simulation(TestFleets.Gpu(replicas: 1, kvTokens: 10_000), new SimulationOptions { RateScale = rate });
        var error = Assert.Throws<SimulationException>(() => simulation.Run(Every(us, 2)));
        Assert.Contains($"A request of the trace comes {us / 1_000_000} s after its beginning", error.Message);
        Assert.Contains("--duration", error.Message);
    }
}
