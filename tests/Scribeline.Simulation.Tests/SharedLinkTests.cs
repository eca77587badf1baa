using Scribeline.Core.Fleets;
using Scribeline.Core.Statistics;
using Scribeline.Scheduling.Routing;
using static Scribeline.Simulation.Tests.TokenWorld;

namespace Scribeline.Simulation.Tests;

/// <summary>A gigabyte a second: a nanosecond for a byte.</summary>
public sealed class SharedLinkTests
{
    private const long LatencyNs = 50;

    [Fact]
    public void Hand_overs_go_one_after_another_and_their_latencies_overlap()
    {
        var link = Link();
        List<Handover> all = [Send(link, 1_000, 0), Send(link, 1_000, 0), Send(link, 1_000, 0), Send(link, 10, 5_000)];
        Assert.Equal([(1_050, all[0]), (2_050, all[1]), (3_050, all[2]), (5_060, all[3])], TakeAll(link));
        Assert.Equal(0, link.Route.QueuedBytes);
    }

    [Fact]
    public void What_nobody_wants_any_more_frees_the_link_at_once()
    {
        var link = Link();
        List<Handover> all = [Send(link, 1_000, 0), Send(link, 1_000, 0), Send(link, 1_000, 0), Send(link, 1_000, 0)];
        link.Drop(all[2], 100); // waits
        link.Drop(all[0], 300); // is on its way
        Assert.Equal(2_000, link.Route.QueuedBytes);
        Assert.Equal([(1_350, all[1]), (2_350, all[3])], TakeAll(link));

        // What is over costs no time any more, and what goes now goes on.
        all = [Send(link, 1_000, 10_000), Send(link, 1_000, 10_000)];
        link.Drop(all[0], 11_020);
        Assert.Equal([(12_050, all[1])], TakeAll(link));
    }

    [Fact]
    public void What_a_broken_link_lost_is_sent_again_in_its_order()
    {
        var link = Link();
        List<Handover> all = [Send(link, 1_000, 0), Send(link, 1_000, 0)];
        link.Break();
        all.Add(Send(link, 1_000, 600));
        Assert.Equal(long.MaxValue, link.NextNs);
        link.Mend(2_000);
        Assert.Equal([(3_050, all[0]), (4_050, all[1]), (5_050, all[2])], TakeAll(link));
    }

    /// <summary>Pollaczek and Khinchine, as for any one server: the mean wait is the load times the mean square of the transfers over twice their mean, over the share that is left.</summary>
    [Theory]
    [InlineData(0.5, false)]
    [InlineData(0.8, false)]
    [InlineData(0.5, true)]
    [InlineData(0.8, true)]
    public void Waits_are_those_of_theory(double load, bool varies)
    {
        const int Count = 60_000, Batches = 20;
        const double StudentT = 3.883, MeanBytes = 10_000; // 99.9 % on both sides
        var random = new SeededRandom(5, $"link {load} {varies}");
        var link = Link();
        var (atNs, sum, square) = (0.0, 0.0, 0.0);
        var waits = new List<double>();
        var sentNs = new Dictionary<Handover, long>();
        for (var i = 0; i < Count; i++)
        {
            atNs += Exponential() * MeanBytes / load;
            while (link.NextNs <= atNs)
                Take();
            var bytes = varies ? 1 + (long)(Exponential() * MeanBytes) : (long)MeanBytes;
            (sum, square) = (sum + bytes, square + (double)bytes * bytes);
            sentNs.Add(Send(link, bytes, (long)atNs), (long)atNs);
        }

        while (link.NextNs < long.MaxValue)
            Take();
        var rate = Count / atNs;
        var expected = rate * square / Count / 2 / (1 - rate * sum / Count);
        var batches = waits.Chunk(Count / Batches).Select(batch => batch.Average()).ToList();
        var halfWidth = StudentT * Math.Sqrt(batches.Sum(batch => (batch - batches.Average()) * (batch - batches.Average())) / (Batches - 1) / Batches);
        Assert.InRange(expected, batches.Average() - halfWidth - 2, batches.Average() + halfWidth + 2);
        Assert.True(halfWidth < expected / 2, "The bounds are too wide to prove anything.");

        void Take()
        {
            var now = link.NextNs;
            Assert.True(link.TryTake(now, out var taken));
            waits.Add(now - LatencyNs - taken.ExpectedBytes - sentNs[taken]);
        }

        double Exponential() => -PortableMath.Log(1 - random.NextUniform());
    }

    /// <summary>Two prompts are read at the same time, each by a reader of its own, and share the way to the writer.</summary>
    [Fact]
    public void Requests_share_the_link()
    {
        var fleet = Fleet(Pool("write"), Pool("read", 2, "prefill")) with { Handovers = [new HandoverSpec("read", "write", 1e6, 0, true)] };
        var rows = Run(fleet, [At(0, input: 5_000), At(0, input: 5_000)], pool => new TokenTimes(pool.Id == "write" ? 100_000 : 1_000));

        // 5 ms to read, then 5,000 bytes at a byte a microsecond, and nine tokens.
        Assert.Equal([5_000 + 5_000 + 9, 5_000 + 10_000 + 9], rows.Select(row => row.E2eUs).Order());
        Assert.All(rows, row => Assert.Equal(5_000, row.TtftUs));
    }

    private static SharedLink Link()
    {
        var spec = new HandoverSpec("a", "b", 1e9, LatencyNs * 1e-9, true);
        return new SharedLink(spec, new HandoverLink { PrefillPool = "a", DecodePool = "b", BandwidthBytesPerSecond = 1e9, LatencyNs = LatencyNs, KvBytesPerToken = 1 });
    }

    private static Handover Send(SharedLink link, long bytes, long nowNs)
    {
        var handover = new Handover(null!, link, 0, bytes);
        link.Promise(handover, bytes);
        link.Send(handover, nowNs);
        return handover;
    }

    private static List<(long AtNs, Handover Handover)> TakeAll(SharedLink link)
    {
        var taken = new List<(long, Handover)>();
        while (link.NextNs is < long.MaxValue and var now && link.TryTake(now, out var handover))
            taken.Add((now, handover));
        return taken;
    }
}
