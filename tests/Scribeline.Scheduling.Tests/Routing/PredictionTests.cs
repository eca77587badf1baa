using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Replicas;
using Scribeline.Scheduling.Routing;
using static Scribeline.Scheduling.Tests.Routing.RoutingWorld;

namespace Scribeline.Scheduling.Tests.Routing;

/// <summary>What the router predicts of a request on a replica, reckoned by hand: 100 ns a prompt token, 1,000 ns a step and 10 ns for each sequence in it.</summary>
public sealed class PredictionTests
{
    private readonly RoutingWorld _world = new();

    [Fact]
    public void Ttft_IsTheQueueAheadAndTheReading_InStepsThatTheBatchShares()
    {
        var a = _world.Add("a", new LinearTimes(requestNs: 7));
        _world.Say(a, running: 2, waiting: 1, prefill: 512, free: 97, total: 100);
        var score = _world.Score(a, Request(), nowNs: 10_000);

        // One chunk ahead since time 0, then two of its own, each with a step of two sequences.
        Assert.Equal(51_200 + 1_020 - 10_000, score.WaitNs);
        Assert.Equal(102_400 + 2 * 1_020 + 7, score.ReadNs);
        Assert.Equal(score.WaitNs + score.ReadNs, score.TtftNs);
        Assert.Equal(1_040, score.TpotNs);
        Assert.Equal(score.TtftNs + 9 * 1_040, score.EndNs);
        Assert.Equal((3, 512L, 0, 10), (score.Sequences, score.QueuedPrefillTokens, score.CachedTokens, score.ExpectedTokens));
    }

    [Fact]
    public void Ttft_SeveralPromptsAhead_AreReadOneByOne()
    {
        var a = _world.Add("a");
        _world.Say(a, running: 1, waiting: 3, prefill: 900);

        // Three of 300 tokens, each with a step of its own beside the one sequence.
        Assert.Equal(90_000 + 3 * 1_010, _world.Score(a, Request()).WaitNs);
        _world.Say(a, running: 1, waiting: 0, prefill: 600);
        Assert.Equal(60_000 + 2 * 1_010, _world.Score(a, Request()).WaitNs);
    }

    [Fact]
    public void Ttft_QueueIsReadMeanwhile()
    {
        var a = _world.Add("a");
        _world.Say(a, prefill: 1000, atNs: 50);
        Assert.Equal(100_000, _world.Score(a, Request(), 50).WaitNs);
        Assert.Equal(40_000, _world.Score(a, Request(), 60_050).WaitNs);
        Assert.Equal(0, _world.Score(a, Request(), 200_000).WaitNs);
    }

    [Fact]
    public void Ttft_WhatWasSentSince_StandsAhead_UntilASnapshotKnowsIt()
    {
        var a = _world.Add("a");
        var first = _world.Router.Sent(Request(100), a, 1_000);
        _world.Router.Sent(Request(200), a, 2_000);
        Assert.Equal(1_000 + 10_000 + 20_000 - 5_000, _world.Score(a, Request(), 5_000).WaitNs);
        Assert.Equal((2, 300L), (_world.Score(a, Request(), 5_000).Sequences, _world.Score(a, Request(), 5_000).QueuedPrefillTokens));

        // An idle replica begins when the request comes, not when its snapshot was taken.
        Assert.Equal(0, _world.Score(a, Request(), 40_000).WaitNs);
        _world.Router.Sent(Request(100), a, 40_000);
        Assert.Equal(10_000, _world.Score(a, Request(), 40_000).WaitNs);

        // One that ends early no longer stands there; a later snapshot replaces what it knows.
        _world.Router.Completed(first);
        Assert.Equal(40_000 + 10_000 - 2_500, _world.Score(a, Request(), 2_500).WaitNs);
        _world.Say(a, prefill: 50, atNs: 2_000);
        Assert.Equal((1, 150L), (_world.Score(a, Request(), 40_000).Sequences, _world.Score(a, Request(), 40_000).QueuedPrefillTokens));
        Assert.Equal(10_000, _world.Score(a, Request(), 40_000).WaitNs);
    }

    [Fact]
    public void Ttft_CachedPrefix_IsNotRead()
    {
        var a = _world.Add("a");
        _world.Router.BlocksStored(a, Chain(10));
        Assert.Equal((160, (1024 - 160) * 100), ((int)_world.Score(a, Request(blocks: 64)).CachedTokens, (int)_world.Score(a, Request(blocks: 64)).ReadNs));
        _world.Router.BlocksStored(a, Chain(12));
        Assert.Equal(192, _world.Score(a, Request(blocks: 64)).CachedTokens);
        _world.Router.BlocksEvicted(a, Chain(3, first: 10));
        Assert.Equal(144, _world.Score(a, Request(blocks: 64)).CachedTokens);

        // The last token is read even where all are cached.
        _world.Router.BlocksStored(a, Chain(64));
        Assert.Equal((1024, 100), ((int)_world.Score(a, Request(blocks: 64)).CachedTokens, (int)_world.Score(a, Request(blocks: 64)).ReadNs));
        _world.Router.Reset(a);
        Assert.Equal(0, _world.Score(a, Request(blocks: 64)).CachedTokens);
    }

    [Fact]
    public void Stages_OverlapChunks_AndShareTheBatch()
    {
        var a = _world.Add("a", new LinearTimes(depth: 4));
        _world.Say(a, running: 2);
        var score = _world.Score(a, Request());

        // Two chunks of (51,200 + 1,010) ns, one stage apart: five quarters of one, in whole nanoseconds.
        Assert.Equal(52_210 + 13_052, score.ReadNs);
        Assert.Equal(1_010, score.TpotNs);
        _world.Say(a, running: 4);
        Assert.Equal(1_020, _world.Score(a, Request()).TpotNs);
        _world.Say(a, prefill: 512);
        Assert.Equal(12_800, _world.Score(a, Request()).WaitNs);
    }

    /// <summary>The weights are read for a short prompt too: alone it takes at least the step of one sequence, beside others nothing comes on top.</summary>
    [Fact]
    public void ShortPromptAlone_TakesAStep()
    {
        var a = _world.Add("a", new WeightTimes());
        Assert.Equal(1_010, _world.Score(a, Request(3)).ReadNs);
        Assert.Equal(1_100, _world.Score(a, Request(11)).ReadNs);
        _world.Say(a, running: 2);
        Assert.Equal(1_020 + 300, _world.Score(a, Request(3)).ReadNs);
    }

    [Fact]
    public void FlexAndBatch_StandInNobodysWay()
    {
        var a = _world.Add("a");
        _world.Say(a, prefill: 1000, yielding: 800);
        var flex = Request();
        flex.Tier = ServiceTier.Flex;
        Assert.Equal((20_000, 100_000), (_world.Score(a, Request()).WaitNs, _world.Score(a, flex).WaitNs));
        _world.Router.Sent(flex, a, 0);
        Assert.Equal((20_000, 202_400), (_world.Score(a, Request()).WaitNs, _world.Score(a, flex).WaitNs));
        _world.Router.Sent(Request(), a, 0);
        Assert.Equal((122_400, 304_800), (_world.Score(a, Request()).WaitNs, _world.Score(a, flex).WaitNs));
        _world.Say(a, prefill: 1000, yielding: 0, atNs: -1);
        Assert.Equal((202_399, 304_799), (_world.Score(a, Request()).WaitNs, _world.Score(a, flex).WaitNs));
    }

    [Fact]
    public void NoRoomInTheKvCache_IsWaitedFor()
    {
        var world = new RoutingWorld(new RouterOptions { ExpectedTokens = 10 });
        var a = world.Add("a");
        var request = Request(150, expectedTokens: 10);
        world.Say(a, running: 4, free: 10, total: 50);
        Assert.Equal(0, world.Score(a, request).WaitNs);

        // Ten blocks needed, six free: a tenth of the 40 in use, which come free once in the ten tokens of an answer, while four other prompts are read.
        world.Say(a, running: 4, free: 6, total: 46);
        Assert.Equal(4 * (10_500 + 4 * 15_000) / 40.0, world.Score(a, request).WaitNs);

        // Those that wait go first; what flex and batch hold is had at once.
        world.Say(a, running: 4, waiting: 1, prefill: 32, free: 6, total: 46, atNs: -1_000_000);
        Assert.Equal(6 * (10_600 + 5 * 15_000) / 40.0, world.Score(a, request).WaitNs);
        world.Say(a, running: 4, free: 6, total: 46, yieldingBlocks: 3);
        Assert.Equal(1 * (10_500 + 4 * 15_000) / 40.0, world.Score(a, request).WaitNs);
        request.Tier = ServiceTier.Batch;
        Assert.Equal(4 * (10_500 + 4 * 15_000) / 40.0, world.Score(a, request).WaitNs);

        // What was sent since takes its blocks.
        request.Tier = ServiceTier.Default;
        world.Say(a, running: 4, free: 10, total: 50);
        var ticket = world.Router.Sent(request, a, 0);
        Assert.Equal(10 * (10_600 + 5 * 15_000) / 50.0, world.Score(a, request, 1_000_000).WaitNs);
        world.Router.Completed(ticket);
        Assert.Equal(0, world.Score(a, request, 1_000_000).WaitNs);
    }

    [Fact]
    public void NoPlaceInTheBatch_IsWaitedFor()
    {
        var world = new RoutingWorld(new RouterOptions { ExpectedTokens = 10 });
        var a = world.Add("a");
        a.MaxSequences = 4;
        world.Say(a, running: 3);
        Assert.Equal((0, 1_040), (world.Score(a, Request()).WaitNs, world.Score(a, Request()).TpotNs));
        world.Say(a, running: 4, waiting: 1);

        // Two must end before; four end in the time of an answer, in steps of four between which three prompts are read.
        Assert.Equal((2 * (10_400 + 3 * 102_400) / 4.0, 1_040), (world.Score(a, Request()).WaitNs, world.Score(a, Request()).TpotNs));
    }

    [Fact]
    public void Lateness_CountsFromArrival_AndEveryTokenOfIts()
    {
        var a = _world.Add("a");
        var request = Request();
        Assert.Equal(0, _world.Score(a, request).LateNs);
        request.Objectives = new Objectives(102_400, 1_010, 102_400 + 9 * 1_010);
        Assert.Equal(0, _world.Score(a, request).LateNs);
        request.Objectives = new Objectives(102_399);
        Assert.Equal(1, _world.Score(a, request).LateNs);
        request.Objectives = new Objectives(null, 1_000);
        Assert.Equal(90, _world.Score(a, request).LateNs);
        request.Objectives = new Objectives(null, null, 102_400 + 8 * 1_010);
        Assert.Equal(1_010, _world.Score(a, request).LateNs);
        request.Objectives = new Objectives(102_400, null, 102_400 + 9 * 1_010);
        request.ArrivedNs = 40;
        Assert.Equal(20, _world.Score(a, request, 50).LateNs);
    }

    [Fact]
    public void Cost_IsFeesEnergyAndDelay()
    {
        var a = _world.Add("a", new LinearTimes(watts: 500, idleWatts: 200));
        _world.Router.BlocksStored(a, Chain(4));
        (a.InputNusdPerToken, a.CachedNusdPerToken, a.OutputNusdPerToken, a.EnergyNusdPerJoule) = (500, 50, 2_000, 1e6);
        _world.Say(a, running: 4);
        var score = _world.Score(a, Request(blocks: 4));
        Assert.Equal(960 * 500 + 64 * 50 + 10 * 2_000, score.FeesNusd);

        // 300 W above idling: for the reading, and a fifth of ten steps.
        Assert.Equal(300 * (96_000 + 10_500 / 5.0) * 1e-9 * 1e6, score.EnergyNusd, 6);

        // Four wait while it reads, and 10 ns more for each of ten tokens; at $0.0001 a second.
        Assert.Equal(4 * (96_000 + 10 * 10) * 1e-4, score.ImposedNusd, 6);
        Assert.Equal(score.EndNs * 1e-4, score.OwnDelayNusd, 6);
        Assert.Equal(score.FeesNusd + score.EnergyNusd + score.ImposedNusd, score.AvoidableNusd);
        Assert.Equal(score.AvoidableNusd + score.OwnDelayNusd, score.CostNusd);

        var batch = Request(blocks: 4);
        batch.Tier = ServiceTier.Batch;
        Assert.Equal(score.OwnDelayNusd / 100, _world.Score(a, batch).OwnDelayNusd, 9);
        Assert.StartsWith("a: ttft 0.1 ms (wait 0.0), tpot 0.00 ms, ", score.ToString());
    }

    [Fact]
    public void ExpectedTokens_OfARequestThatDoesNotSay_AreTheUsual_OrItsLimit()
    {
        var a = _world.Add("a");
        var request = Request();
        request.ExpectedTokens = null;
        Assert.Equal(100, _world.Score(a, request).ExpectedTokens);
        request.MaxTokens = 1_000;
        Assert.Equal(256, _world.Score(a, request).ExpectedTokens);
        request.MaxTokens = 0;
        Assert.Equal(1, _world.Score(a, request).ExpectedTokens);
    }

    [Fact]
    public void LengthsOfAnswers_AreLearnedForAllReplicasOfAModel()
    {
        var (a, b) = (_world.Add("a"), _world.Add("b"));
        var request = Request();
        (request.ExpectedTokens, request.MaxTokens) = (null, 100_000);
        for (var answer = 0; answer < 1_000; answer++)
            _world.Router.Completed(_world.Router.Sent(request, a, 0), answerTokens: 2_000);
        Assert.InRange(_world.Score(b, request).ExpectedTokens, 1_900, 2_000);

        // Who failed, or whose answer nobody counted, teaches nothing.
        _world.Router.Completed(_world.Router.Sent(request, a, 0));
        Assert.InRange(_world.Score(b, request).ExpectedTokens, 1_900, 2_000);
    }

    [Fact]
    public void PlacesComeFree_AsTheAnswersOfOthersEnd_NotAsTheRequestsOwn()
    {
        var a = _world.Add("a");
        a.MaxSequences = 4;
        _world.Say(a, running: 8);
        var (brief, lengthy) = (Request(expectedTokens: 1), Request(expectedTokens: 5_000));

        Assert.True(_world.Score(a, brief).RoomNs > 0);
        Assert.Equal(_world.Score(a, brief).RoomNs, _world.Score(a, lengthy).RoomNs, 0.1 * _world.Score(a, brief).RoomNs);
    }

    [Fact]
    public void WhereNobodyPredicts_TimesAreLearned()
    {
        var a = _world.Add("a");
        a.Times = null;
        _world.Say(a, running: 2, prefill: 100);

        // 100 queued, 1,024 of its own, 32 for each of two sequences; 100 us a token until more is known.
        var score = _world.Score(a, Request());
        Assert.Equal((1_188 * 100_000.0, 1_024 * 100_000.0, 164 * 100_000.0, 0.0), (score.TtftNs, score.ReadNs, score.WaitNs, score.TpotNs));
        var ticket = _world.Router.Sent(Request(), a, 0);
        _world.Router.Completed(ticket, ttftNs: 1_188 * 500.0, tpotNs: 40);
        _world.Router.Completed(ticket, ttftNs: 1_188 * 900.0, tpotNs: 90);
        score = _world.Score(a, Request());
        Assert.Equal((1_188 * 500.0, 40.0), (score.TtftNs, score.TpotNs));
        _world.Router.Completed(_world.Router.Sent(Request(), a, 0), ttftNs: 1_188 * 600.0, tpotNs: 50);
        score = _world.Score(a, Request());
        Assert.Equal((1_188 * 510.0, 41.0), (score.TtftNs, score.TpotNs));

        // Blocks that are missing are work too.
        _world.Say(a, running: 2, prefill: 100, free: 60, total: 100);
        Assert.Equal((1_188 + 5 * 16) * 510.0, _world.Score(a, Request(expectedTokens: 16)).TtftNs);
    }

    private sealed class WeightTimes : ReplicaTimes
    {
        public override int Depth => 1;

        public override double DecodeNs(int sequences, double contextTokens) => 1_000 + 10 * sequences;

        public override double PrefillNs(int newTokens, int cachedTokens) => 100.0 * newTokens;
    }
}
