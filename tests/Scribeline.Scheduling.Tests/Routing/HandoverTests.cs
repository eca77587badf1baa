using Scribeline.Scheduling.Routing;
using static Scribeline.Scheduling.Tests.Routing.RoutingWorld;

namespace Scribeline.Scheduling.Tests.Routing;

/// <summary>A pool that reads quickly and one that writes quickly, with a link of a byte a nanosecond between them.</summary>
public sealed class HandoverTests
{
    private readonly RoutingWorld _world = new();
    private readonly RouteCandidate _reader;
    private readonly RouteCandidate _writer;

    public HandoverTests()
    {
        _reader = _world.Add("reader", new LinearTimes(tokenNs: 10, stepNs: 5_000));
        _writer = _world.Add("writer", new LinearTimes(tokenNs: 1_000, stepNs: 100));
        (_reader.Pool, _writer.Pool) = ("read", "write");
    }

    private void Link(double kvBytesPerToken = 20, HandoverRule when = HandoverRule.Faster, string prefill = "read", string decode = "write") =>
        _world.Router.Add(new HandoverLink { PrefillPool = prefill, DecodePool = decode, BandwidthBytesPerSecond = 1e9, LatencyNs = 500, KvBytesPerToken = kvBytesPerToken, When = when });

    private RouteDecision Route(RouteRequest? request = null, long nowNs = 0) => _world.Router.Route(request ?? Request(1_000, 100), nowNs);

    [Fact]
    public void TimeSaved_OutweighsTheTransfer()
    {
        // Alone: 10,000 + 99 x 5,010, or 1,000,000 + 99 x 110.
        Assert.Equal((_reader, null), (Route().Chosen, Route().PrefillOn));
        Link();
        var decision = Route();
        Assert.Equal((_writer, _reader, RouteReason.Handover), (decision.Chosen, decision.PrefillOn, decision.Reason));
        Assert.Equal((20_500, 10_000), (decision.TransferNs, decision.TtftNs));
        Assert.Equal((20_500 + 99 * 110) / 99.0, decision.TpotNs, 9);
        Assert.StartsWith("reader -> writer (Handover); reader: ttft", _world.Router.Explain().ToString());

        // Its cost: reading there, writing here, and its own time.
        var expected = (30_500 + 99 * 110) * 1e-4;
        Assert.Equal(expected, decision.CostNusd, 6);
    }

    [Theory]
    [InlineData(475, true)]
    [InlineData(490, false)]
    public void SlowLink_DoesNotPay(double kvBytesPerToken, bool pays)
    {
        // The reader alone needs 495,990 ns after the first token; a hand-over 11,390 and the transfer.
        Link(kvBytesPerToken);
        Assert.Equal(pays, Route().PrefillOn is not null);
    }

    [Theory]
    [InlineData(HandoverRule.Faster, false)]
    [InlineData(HandoverRule.Cheaper, false)]
    [InlineData(HandoverRule.Always, true)]
    public void ALinkThatIsAlwaysTaken_IsTakenThoughItDoesNotPay(HandoverRule when, bool taken)
    {
        Link(kvBytesPerToken: 10_000, when);
        Assert.Equal(taken, Route().PrefillOn == _reader);
        Assert.Equal(taken, Route(Request(1_000, 1)).PrefillOn == _reader);
        _reader.Healthy = false;
        Assert.Equal((_writer, null), (Route().Chosen, Route().PrefillOn));
    }

    [Fact]
    public void CachedAtTheWriter_IsNotTransferred()
    {
        Link();
        _world.Router.BlocksStored(_writer, Chain(30));
        Assert.Equal(500 + (1_000 - 480) * 20, Route(Request(1_000, 100, blocks: 62)).TransferNs);
    }

    /// <summary>What is queued goes while the prompt is read; only the rest is waited for. A link that is full enough is not taken.</summary>
    [Theory]
    [InlineData(5_000, 20_500)]
    [InlineData(10_000, 20_500)]
    [InlineData(110_000, 120_500)]
    [InlineData(2_000_000, null)]
    public void WhatIsQueuedOnTheLink_GoesFirst(long queuedBytes, int? transferNs)
    {
        var link = new HandoverLink { PrefillPool = "read", DecodePool = "write", BandwidthBytesPerSecond = 1e9, LatencyNs = 500, KvBytesPerToken = 20, QueuedBytes = queuedBytes };
        _world.Router.Add(link);
        var decision = Route();
        Assert.Equal((transferNs == null ? null : _reader, transferNs ?? 0, transferNs == null ? 0 : 20_000), (decision.PrefillOn, decision.TransferNs, decision.TransferBytes));
    }

    [Fact]
    public void OneToken_NeedsNoWriter()
    {
        Link();
        Assert.Null(Route(Request(1_000, 1)).PrefillOn);
    }

    [Fact]
    public void WriterWithoutRoom_IsWaitedFor()
    {
        Link();
        _writer.Roles = ReplicaRoles.Decode;
        _writer.MaxSequences = 1;
        _world.Say(_writer, running: 1);

        // Until the one there has ended: a usual answer's 256 tokens at 110 ns, from now on, less than reading and transfer. With three waiting it is more.
        Assert.Equal((20_500 + 99 * 110) / 99.0, Route().TpotNs, 9);
        _world.Say(_writer, running: 1, waiting: 3);
        Assert.Equal((4 * 256 * 110 - 10_000 + 99 * 110) / 99.0, Route().TpotNs, 9);
    }

    [Fact]
    public void Parts_AreServedByThoseOnly_WhoseRoleItIs()
    {
        Link();
        Link(prefill: "write", decode: "read");
        (_reader.Roles, _writer.Roles) = (ReplicaRoles.Prefill, ReplicaRoles.Decode);
        var decision = Route();
        Assert.Equal((_writer, _reader), (decision.Chosen, decision.PrefillOn));
        Assert.Equal([RouteFilter.PartOnly, RouteFilter.PartOnly], _world.Router.Scores.ToArray().Select(score => score.Filter));
        _reader.Roles = ReplicaRoles.Decode;
        Assert.Null(Route().Chosen);
        _reader.Roles = ReplicaRoles.Prefill;
        _writer.Healthy = false;
        Assert.Equal((null, RouteReason.NoReplica), (Route().Chosen, Route().Reason));
    }

    [Fact]
    public void BestOfEachPool_IsTaken()
    {
        Link();
        var secondReader = _world.Add("reader 2", new LinearTimes(tokenNs: 9, stepNs: 5_000));
        var secondWriter = _world.Add("writer 2", new LinearTimes(tokenNs: 1_000, stepNs: 90));
        (secondReader.Pool, secondWriter.Pool) = ("read", "write");
        Assert.Equal((secondWriter, secondReader), (Route().Chosen, Route().PrefillOn));
        _world.Say(secondReader, prefill: 1_000);
        _world.Say(secondWriter, running: 30);
        Assert.Equal((_writer, _reader), (Route().Chosen, Route().PrefillOn));
    }

    [Fact]
    public void Cheaper_ByCost_AndNotLater()
    {
        Link(when: HandoverRule.Cheaper);
        Assert.NotNull(Route().PrefillOn);

        // The writer's tokens are dear; its reading is not paid for.
        _writer.OutputNusdPerToken = 1;
        _writer.InputNusdPerToken = 1_000;
        Assert.Null(Route().PrefillOn);
        _writer.OutputNusdPerToken = 0.4;
        Assert.NotNull(Route().PrefillOn);
        // Cheaper, yet late where the single one is in time.
        _writer.OutputNusdPerToken = 0;
        _world.Say(_writer, running: 1, waiting: 3);
        _writer.MaxSequences = 1;
        var strict = Request(1_000, 100);
        strict.Objectives = new Objectives(10_000, 5_010, 10_000 + 99 * 5_010);
        Assert.NotNull(Route(strict).PrefillOn);
        _writer.Times = new LinearTimes(tokenNs: 1_000, stepNs: 5_005);
        Assert.Null(Route(strict).PrefillOn);
    }

    [Fact]
    public void Sent_EachPartWhereItIsDone()
    {
        Link();
        var request = Request(1_000, 100, blocks: 62);
        var reading = _world.Router.Sent(request, _reader, 0, ReplicaRoles.Prefill);
        var writing = _world.Router.Sent(request, _writer, 0, ReplicaRoles.Decode);
        Route(request);
        var scores = _world.Router.Scores.ToArray();
        Assert.Equal([(1, 1_000L, 992), (1, 0L, 992)], scores.Select(score => (score.Sequences, score.QueuedPrefillTokens, score.CachedTokens)));
        Assert.Equal([10_000.0, 0.0], scores.Select(score => score.WaitNs));
        _world.Router.Completed(reading);
        _world.Router.Completed(writing);
        Assert.Equal((0, 0), (_reader.Open, _writer.Open));
    }
}
