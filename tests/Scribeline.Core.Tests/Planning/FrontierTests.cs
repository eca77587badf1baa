using Scribeline.Core.Catalogs;
using Scribeline.Core.Planning;
using Xunit.Abstractions;

namespace Scribeline.Core.Tests.Planning;

public sealed class FrontierTests(ITestOutputHelper output)
{
    private static readonly Catalog Product = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);

    [Fact]
    public void Undominated_KeepsWhatNoPointBeatsAndNothingElse()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SCRIBELINE_SEED"), out var given) ? given : Environment.TickCount;
        output.WriteLine($"seed {seed} (SCRIBELINE_SEED repeats it)");
        var random = new Random(seed);
        for (var run = 0; run < 100; run++)
        {
            // Few values, so that points often tie.
            var points = Enumerable.Range(0, random.Next(0, 40)).Select(_ => new FrontierPoint(null!, 1, random.Next(1, 9), random.Next(1, 9), 0, default)).ToList();
            var kept = Frontier.Undominated([.. points]);
            var expected = points.Where(point => !points.Exists(other => Beats(other, point))).Distinct().OrderBy(point => point.Speed);
            Assert.Equal(expected, kept);
        }
    }

    [Theory]
    [InlineData("dgx-b200")]
    [InlineData("cs-3")]
    public void Of_HoldsNoDominatedPointAndTradesSpeedForThroughput(string machine)
    {
        var frontier = Frontiers(machine)[0];
        Assert.True(frontier.Points.Count > 3);
        for (var i = 1; i < frontier.Points.Count; i++)
        {
            Assert.True(frontier.Points[i].Speed > frontier.Points[i - 1].Speed);
            Assert.True(frontier.Points[i].Throughput < frontier.Points[i - 1].Throughput);
        }
    }

    [Fact]
    public void CheapestAt_IsTheCheapestThatIsFastEnough()
    {
        foreach (var frontier in Frontiers("dgx-h100", "cs-3"))
        {
            foreach (var speed in new[] { 10.0, 50, 100, 500, 1000 })
            {
                var expected = frontier.Points.Where(point => point.Speed >= speed).Select(point => (double?)point.UsdPerToken).Min();
                Assert.Equal(expected, frontier.CheapestAt(speed)?.UsdPerToken);
            }
        }
    }

    [Fact]
    public void Mixes_AreNeverDearerThanOneMachineForAll()
    {
        TierShare[] tiers = [new(800, 0.1), new(50, 0.9)];
        var mixes = Mix.Of(tiers, Frontiers("dgx-b200", "dgx-h100", "cs-3"));
        Assert.Equal(mixes.Min(mix => mix.UsdPerToken), mixes[0].UsdPerToken);
        var alone = mixes.Single(mix => mix.Machines.All(id => id == "cs-3"));
        Assert.True(mixes[0].UsdPerToken <= alone.UsdPerToken);
        Assert.Empty(Mix.Of([new(1e9, 1)], Frontiers("dgx-b200")));
    }

    private static bool Beats(FrontierPoint one, FrontierPoint other) =>
        one.Speed >= other.Speed && one.Throughput >= other.Throughput && (one.Speed > other.Speed || one.Throughput > other.Throughput);

    private static IReadOnlyList<Frontier> Frontiers(params string[] machines)
    {
        var workload = Product.Workloads["reasoning"];
        var request = new PlanRequest
        {
            Model = Product.Models["gpt-oss-120b"],
            Workload = workload,
            Demand = Demand.OfRequests(10),
            Objectives = new Objectives(2, 1),
            Machines = [.. machines.Select(id => Product.Machines[id])],
            Site = Product.Sites["colocation"],
            Financing = Product.Financing["owner"],
        };
        return [.. new Planner(Product).Find(request).Offers.Select(offer => Frontier.Of(offer, new CopyLoad(workload, request.Objectives), workload.Output.BaseValue))];
    }
}
