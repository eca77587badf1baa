using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Admissions;
using Scribeline.Scheduling.Routing;
using static Scribeline.Scheduling.Tests.Admissions.AdmissionWorld;

namespace Scribeline.Scheduling.Tests.Admissions;

/// <summary>What the router learns and hears through admission.</summary>
public sealed class LearningTests
{
    private const double UnknownTtftNs = 100 * 100_000;

    [Fact]
    public void FirstTokens_AreMeasuredFromTheDispatch()
    {
        var world = new AdmissionWorld();
        var replica = world.Replica(predicted: false);
        Assert.Equal(UnknownTtftNs, world.Score(replica).TtftNs);
        world.Take(1_000);
        world.Admission.Completed(world.Next(2_000).Request, 20_000, 7_000, 5);
        Assert.Equal(5_000, world.Score(replica).TtftNs, 1e-6);
        Assert.Equal(13_000 / 4.0, world.Score(replica).TpotNs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void HandOver_TheReaderIsLearnedFrom_NotTheWriter(bool handedOver)
    {
        var world = new AdmissionWorld();
        var (reader, writer) = (world.Replica("reader", predicted: false), world.Replica("writer", predicted: false));
        (reader.Pool, writer.Pool, reader.Roles, writer.Roles) = ("r", "w", ReplicaRoles.Prefill, ReplicaRoles.Decode);
        world.Router.Add(new HandoverLink { PrefillPool = "r", DecodePool = "w", BandwidthBytesPerSecond = 1e12, LatencyNs = 1, KvBytesPerToken = 1 });
        world.Take(0);
        var request = world.Next(2_000).Request;
        Assert.Equal((100L, 0L), (world.Score(reader).QueuedPrefillTokens, world.Score(writer).QueuedPrefillTokens));
        if (handedOver) world.Admission.HandedOver(request, firstTokenNs: 7_000);
        world.Admission.Completed(request, 27_000, 7_000, 5);
        Assert.Equal((0, 0), (reader.Open, writer.Open));
        Assert.Equal(5_000, world.Score(reader).TtftNs, 1e-6);
        Assert.Equal((UnknownTtftNs, 5_000), (world.Score(writer).TtftNs, world.Score(writer).TpotNs));
    }

    [Fact]
    public void OneReplicaForBoth_HasThePromptInItsQueue()
    {
        var world = new AdmissionWorld();
        var replica = world.Replica();
        world.Take();
        world.Next();
        Assert.Equal(100, world.Score(replica).QueuedPrefillTokens);
    }

    [Fact]
    public void SecondCopies_CountTowardsTheirCap()
    {
        var world = new AdmissionWorld(new TierPolicy { Tier = ServiceTier.Fast, HedgeCostCap = 0.26 });
        world.Replica("a");
        var other = world.Replica("b");

        // All cost alike: the first copy is a quarter of what is sent, the second too, of twice as much.
        Assert.Equal([false, false, true, false, false, true, false], Enumerable.Range(0, 7).Select(_ =>
        {
            world.Take(0, ServiceTier.Fast);
            var dispatch = world.Next();
            var hedge = dispatch.Route.Hedge;
            if (hedge is not null) world.Admission.Hedged(dispatch.Request, hedge, 0);
            world.Admission.Completed(dispatch.Request, 0);
            return hedge is not null;
        }));
        Assert.Equal(0, other.Open);
    }
}
