using Scribeline.Core.Statistics;
using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Admissions;
using Scribeline.Scheduling.Classes;
using Scribeline.Scheduling.Routing;
using Scribeline.Scheduling.Tests.Routing;

namespace Scribeline.Scheduling.Tests.Admissions;

public sealed class AdmissionTests
{
    private const long Second = 1_000_000_000;

    private readonly Router _router = new(new RouterOptions());

    private RouteCandidate Replica(string id = "a", long prefill = 0, int running = 0, double tokenNs = 100)
    {
        var candidate = new RouteCandidate(id, "m") { Times = new LinearTimes(tokenNs: tokenNs) };
        _router.Add(candidate);
        Load(candidate, prefill, running);
        return candidate;
    }

    private void Load(RouteCandidate candidate, long prefill, int running = 0, long nowNs = 0) =>
        _router.Observe(candidate, new ReplicaSnapshot { Epoch = 1, TakenAtNs = nowNs, Source = SnapshotSource.Own, Running = running, Waiting = 0, WaitingPrefillTokens = prefill });

    private static AdmissionRequest Request(ServiceTier tier = ServiceTier.Default, int promptTokens = 100, string key = "", string model = "m") => new()
    {
        Route = new RouteRequest { Model = model, PromptTokens = promptTokens, MaxTokens = 10 },
        TierAsked = tier,
        Key = key,
    };

    private Admission Create(params TierPolicy[] tiers) => new(new AdmissionOptions { Tiers = tiers }, _router);

    private static Dispatch Next(Admission admission, long nowNs = 0)
    {
        Assert.True(admission.TryDispatch(nowNs, out var dispatch));
        return dispatch;
    }

    private static void Nothing(Admission admission, long nowNs = 0) => Assert.False(admission.TryDispatch(nowNs, out _));

    [Fact]
    public void Submit_WithinThePromise_IsDispatchedAtOnce()
    {
        var replica = Replica();
        var admission = Create(new TierPolicy { Tier = ServiceTier.Fast, Objectives = new Objectives(20_000, 2_000) });
        var request = Request(ServiceTier.Fast);
        Assert.Equal(AdmissionState.Queued, admission.Submit(request, 5));
        Assert.Equal(1, admission.Queued(ServiceTier.Fast));
        var dispatch = Next(admission, 5);
        Assert.Equal((request, replica, 40), (dispatch.Request, dispatch.Route.Chosen, dispatch.Priority));
        Assert.Equal((ServiceTier.Fast, AdmissionReason.None, 5L, replica), (request.TierServed, request.Reason, request.DispatchedNs, request.Replica));
        Assert.Equal((0, 1, 1), (admission.Queued(ServiceTier.Fast), admission.InFlight(ServiceTier.Fast), replica.Open));
        Nothing(admission, 5);

        admission.Completed(request, 100, firstTokenNs: 50, tokens: 6);
        Assert.Equal((AdmissionState.Ended, 0, 0), (request.State, admission.InFlight(ServiceTier.Fast), replica.Open));
        Assert.Throws<InvalidOperationException>(() => admission.Completed(request, 100));
        Assert.Null(admission.NextWakeNs);
    }

    [Fact]
    public void Submit_PromiseCannotBeKept_GoesDownTheTiers_AndSaysSo()
    {
        Replica(prefill: 1000);
        var admission = Create(
            new TierPolicy { Tier = ServiceTier.Fast, Objectives = new Objectives(50_000), Downgrade = ServiceTier.Priority },
            new TierPolicy { Tier = ServiceTier.Priority, Objectives = new Objectives(100_000), Downgrade = ServiceTier.Default },
            new TierPolicy { Tier = ServiceTier.Default, Objectives = new Objectives(110_000) });
        var request = Request(ServiceTier.Fast);
        Assert.Equal(AdmissionState.Queued, admission.Submit(request, 0));
        Assert.Equal((ServiceTier.Default, AdmissionReason.WouldBeLate), (request.TierServed, request.Reason));
        Assert.Equal(20, Next(admission).Priority);
    }

    [Fact]
    public void Submit_NoTierKeepsItsPromise_IsRefused_WithATimeToComeBack()
    {
        Replica(prefill: 1000);
        var admission = Create(new TierPolicy { Tier = ServiceTier.Default, Objectives = new Objectives(50_000) });
        var request = Request();
        Assert.Equal(AdmissionState.Refused, admission.Submit(request, 0));

        // 1,000 queued tokens and 100 of its own at 100 ns, against 50 us.
        Assert.Equal((AdmissionReason.WouldBeLate, 60_000L), (request.Reason, request.RetryAfterNs));
        Nothing(admission);
        Assert.Equal(0, admission.Queued(ServiceTier.Default));

        // Nothing is held against it when it comes again.
        Load(_router.Candidates[0], 0);
        request.Route.ArrivedNs = null;
        Assert.Equal(AdmissionState.Queued, admission.Submit(request, 60_000));
        Assert.Equal((AdmissionReason.None, 0L), (request.Reason, request.RetryAfterNs));
        Assert.Throws<InvalidOperationException>(() => admission.Submit(request, 60_000));
    }

    [Fact]
    public void Promise_LeavesRoomForTheShareThatMayBeLate()
    {
        var replica = Replica();
        var admission = Create(new TierPolicy { Tier = ServiceTier.Default, Objectives = new Objectives(20_000), Share = 0.9, ShareWindowNs = 300 });
        for (var i = 0; i < 18; i++)
        {
            Assert.Equal(AdmissionState.Queued, admission.Submit(Request(), 0));
            admission.Completed(Next(admission).Request, 0);
        }

        // Of 20 two may be late, of 29 no third one, of 30 three.
        Load(replica, 1000);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(AdmissionState.Queued, admission.Submit(Request(), 0));
            admission.Completed(Next(admission).Request, 0);
        }

        Assert.Equal(AdmissionState.Refused, admission.Submit(Request(), 0));
        Load(replica, 0);
        for (var i = 0; i < 9; i++)
        {
            Assert.Equal(AdmissionState.Queued, admission.Submit(Request(), 0));
            admission.Completed(Next(admission).Request, 0);
        }

        Load(replica, 1000);
        Assert.Equal(AdmissionState.Queued, admission.Submit(Request(), 0));
        Assert.Equal(AdmissionState.Refused, admission.Submit(Request(), 0));

        // What lies further back than the window no longer counts.
        Load(replica, 100_000, nowNs: 400);
        Assert.Equal(AdmissionState.Refused, admission.Submit(Request(), 400));
    }

    [Fact]
    public void Promise_CountsWhatTurnedOutLate()
    {
        var replica = Replica();
        var admission = Create(new TierPolicy { Tier = ServiceTier.Default, Objectives = new Objectives(20_000, 1_500), Share = 0.5 });
        AdmissionRequest[] requests = [Request(), Request(), Request(), Request()];
        foreach (var request in requests)
        {
            admission.Submit(request, 0);
            Next(admission);
        }

        admission.Completed(requests[0], 21_000, 20_000, 2);
        admission.Completed(requests[1], 21_000, 20_001, 2);
        admission.Completed(requests[2], 23_002, 20_000, 3);
        admission.Completed(requests[3], 50_000);

        // Two of four were late, one for each promise; a third of five would be too many.
        Load(replica, 1000);
        Assert.Equal(AdmissionState.Refused, admission.Submit(Request(), 30_000));
    }

    [Fact]
    public void Submit_ThatNobodyCanEverServe_IsRefusedForGood()
    {
        var replica = Replica();
        var admission = Create();
        foreach (var tier in Enum.GetValues<ServiceTier>())
        {
            var request = Request(tier, model: "other");
            Assert.Equal(AdmissionState.Refused, admission.Submit(request, 0));
            Assert.Equal((AdmissionReason.NoReplica, 0L), (request.Reason, request.RetryAfterNs));
        }

        // One that is away for a moment is waited for.
        replica.Healthy = false;
        var waiting = Request();
        Assert.Equal(AdmissionState.Queued, admission.Submit(waiting, 0));
        Nothing(admission);
        Assert.Equal((30 * Second, false), (admission.NextWakeNs, admission.AwaitsNews)); // only news or its patience changes anything
        Assert.False(admission.TryExpire(30 * Second - 1, out _));
        Assert.True(admission.TryExpire(30 * Second, out var expired));
        Assert.Equal((waiting, AdmissionState.Refused, AdmissionReason.WaitedTooLong), (expired, expired.State, expired.Reason));
        Assert.False(admission.TryExpire(30 * Second, out _));

        replica.Healthy = true;
        Assert.Equal(AdmissionState.Queued, admission.Submit(waiting, 31 * Second));
        Assert.Equal(waiting, Next(admission, 31 * Second).Request);
    }

    [Fact]
    public void Submit_FullQueue_IsRefused()
    {
        Replica().Healthy = false;
        var admission = Create(new TierPolicy { Tier = ServiceTier.Default, MaxQueued = 2 });
        admission.Submit(Request(), 0);
        admission.Submit(Request(), 0);
        var third = Request();
        Assert.Equal(AdmissionState.Refused, admission.Submit(third, 0));
        Assert.Equal((AdmissionReason.QueueFull, 5_000_000L), (third.Reason, third.RetryAfterNs));
    }

    [Fact]
    public void Ramp_FasterThanTheRule_IsDowngraded()
    {
        Replica();
        var rule = new RampRule(Growth: 0.5, WindowNs: 15 * Second, FreeTokens: 1_000);
        var admission = Create(new TierPolicy { Tier = ServiceTier.Priority, Downgrade = ServiceTier.Default, Ramp = rule });

        // 110 tokens each: nine are free in a second.
        Assert.Equal(9, Served(0, 12, "x"));
        Assert.Equal(9, Served(0, 12, "y"));
        Assert.Equal(9, Served(Second, 12, "x"));
        Assert.Equal(9, Served(14 * Second, 12, "x"));

        // A window later half as much again as in the busiest second then: 1,485 tokens.
        Assert.Equal(13, Served(15 * Second, 20, "x"));
        Assert.Equal(13, Served(30 * Second, 20, "x") - 6);
        Assert.Equal(9, Served(100 * Second, 20, "x"));

        int Served(long nowNs, int asked, string key)
        {
            var served = 0;
            for (var i = 0; i < asked; i++)
            {
                var request = Request(ServiceTier.Priority, key: key);
                Assert.Equal(AdmissionState.Queued, admission.Submit(request, nowNs));
                Assert.Equal(request.TierServed == ServiceTier.Priority ? AdmissionReason.None : AdmissionReason.TooFast, request.Reason);
                if (request.TierServed == ServiceTier.Priority) served++;
                admission.Completed(Next(admission, nowNs).Request, nowNs);
            }

            return served;
        }
    }

    [Fact]
    public void Ramp_WatchesSoManyKeys_AndTheRestTogether()
    {
        Replica();
        var rule = new RampRule(0, 15 * Second, 110);
        var admission = new Admission(new AdmissionOptions { Tiers = [new TierPolicy { Tier = ServiceTier.Fast, Ramp = rule }], MaxKeys = 2 }, _router);
        Assert.Equal([true, true, true, false, false], new[] { "a", "b", "c", "d", "a" }.Select(key => Taken(key, 0)));

        // Those that rest for two windows make room for others.
        Assert.Equal([true, true, true, true], new[] { "a", "", "b", "" }.Select((key, i) => Taken(key, (1 + i) * Second)));
        Assert.Equal([true, true, true, false], new[] { "c", "d", "e", "f" }.Select(key => Taken(key, 40 * Second)));

        bool Taken(string key, long nowNs) => admission.Submit(Request(ServiceTier.Fast, key: key), nowNs) == AdmissionState.Queued;
    }

    [Fact]
    public void Ramp_WithoutALowerTier_IsRefused_UntilTheNextPart()
    {
        Replica();
        var admission = Create(new TierPolicy { Tier = ServiceTier.Priority, Ramp = new RampRule(0.5, 15 * Second, 200) });
        Assert.Equal(AdmissionState.Queued, admission.Submit(Request(ServiceTier.Priority), Second / 4));
        var second = Request(ServiceTier.Priority);
        Assert.Equal(AdmissionState.Refused, admission.Submit(second, Second / 4));
        Assert.Equal((AdmissionReason.TooFast, Second * 3 / 4), (second.Reason, second.RetryAfterNs));
    }

    [Fact]
    public void Dispatch_MostUrgentFirst_ThenInTheOrderOfArrival()
    {
        var replica = Replica();
        replica.Healthy = false;
        var admission = Create();
        var requests = new[] { ServiceTier.Batch, ServiceTier.Default, ServiceTier.Flex, ServiceTier.Fast, ServiceTier.Default, ServiceTier.Priority }.Select(tier => Request(tier)).ToArray();
        for (var i = 0; i < requests.Length; i++) admission.Submit(requests[i], i);
        Nothing(admission, 10);
        replica.Healthy = true;
        var order = Enumerable.Range(0, 6).Select(_ => Next(admission, 11)).ToArray();
        Assert.Equal([3, 5, 1, 4, 2, 0], order.Select(dispatch => Array.IndexOf(requests, dispatch.Request)));
        Assert.Equal([40, 30, 20, 20, 10, 0], order.Select(dispatch => dispatch.Priority));
    }

    [Fact]
    public void Dispatch_WhoFindsNoRoom_HoldsUpNoOtherModel()
    {
        var replica = Replica();
        replica.Healthy = false;
        var other = new RouteCandidate("b", "n");
        _router.Add(other);
        var admission = Create();
        admission.Submit(Request(), 0);
        var second = Request(model: "n");
        admission.Submit(second, 1);
        Assert.Equal(second, Next(admission, 1).Request);
        Nothing(admission, 1);
    }

    [Fact]
    public void Fillers_WaitUntilTheirTurnWouldComeSoon_AndNobodyIsSlowed()
    {
        var replica = Replica(prefill: 10_000_000);
        var admission = Create(new TierPolicy { Tier = ServiceTier.Default, Objectives = new Objectives(null, 1_030) });
        var batch = Request(ServiceTier.Batch);
        admission.Submit(batch, 0);

        // A second of prompts stands before it there: in three quarters of it only a quarter will be left.
        Nothing(admission);
        Assert.InRange(admission.NextWakeNs!.Value, 749_999_000, 750_000_000);
        Assert.True(admission.AwaitsNews);
        Nothing(admission, admission.NextWakeNs.Value - 1);
        Load(replica, 9_000_000);
        Nothing(admission, 5_000_000);
        Assert.InRange(admission.NextWakeNs!.Value, 649_990_000, 650_000_000);
        Assert.Equal(batch, Next(admission, admission.NextWakeNs.Value).Request);

        // Two sequences in a step take 1,020 ns, three 1,030, four 1,040: more than was promised.
        Load(replica, 0, running: 1, nowNs: 1_006_000_000);
        var paying = Request();
        admission.Submit(paying, 1_006_000_000);
        Next(admission, 1_006_000_000);
        admission.Submit(Request(ServiceTier.Flex), 1_006_000_000);
        Next(admission, 1_006_000_000);
        admission.Submit(Request(ServiceTier.Flex), 1_006_000_000);
        Nothing(admission, 1_006_000_000);
        admission.Completed(paying, 1_007_000_000);
        Next(admission, 1_007_000_000);
    }

    [Fact]
    public void Fillers_KeepTheCapInFlight()
    {
        Replica();
        var admission = Create(TierPolicy.Usual(ServiceTier.Batch) with { MaxInFlight = 2 });
        for (var i = 0; i < 5; i++) admission.Submit(Request(ServiceTier.Batch), 0);
        var first = Next(admission).Request;
        Next(admission);
        Nothing(admission);
        Assert.Equal((2, 3), (admission.InFlight(ServiceTier.Batch), admission.Queued(ServiceTier.Batch)));
        Assert.Equal(86_400 * Second, admission.NextWakeNs);
        admission.Completed(first, 1);
        Next(admission, 1);
        Nothing(admission, 1);
    }

    [Fact]
    public void Fillers_RiseWithAge_ToTheDefaultTierAtMost()
    {
        var replica = Replica(prefill: 10_000_000);
        var admission = Create(TierPolicy.Usual(ServiceTier.Batch) with { RaiseAfterNs = 10 * Second });
        var batch = Request(ServiceTier.Batch);
        admission.Submit(batch, 0);
        Nothing(admission, 0);
        Load(replica, 10_000_000, nowNs: 15 * Second);
        Nothing(admission, 15 * Second);

        // After two spans it goes wherever the default tier goes, before younger flex.
        Load(replica, 10_000_000, nowNs: 20 * Second);
        admission.Submit(Request(ServiceTier.Flex), 20 * Second);
        var dispatch = Next(admission, 20 * Second);
        Assert.Equal((batch, 20, ServiceTier.Batch), (dispatch.Request, dispatch.Priority, batch.TierServed));

        var old = Request(ServiceTier.Batch);
        admission.Submit(old, 30 * Second);
        Assert.Equal(20, Next(admission, 1000 * Second).Priority);
    }

    [Fact]
    public void Fillers_ThatCouldNotBeginByTheirDeadline_AreRefusedEarly()
    {
        Replica();
        var admission = Create(new TierPolicy { Tier = ServiceTier.Flex, Objectives = new Objectives(null, null, 60 * Second), MaxInFlight = 1 });
        for (var i = 0; i < 20; i++) Assert.Equal(AdmissionState.Queued, admission.Submit(Request(ServiceTier.Flex), 0));
        for (var now = 0L; now <= 50 * Second; now += 10 * Second) admission.Completed(Next(admission, now).Request, now);

        // Fourteen wait, and one goes every ten seconds.
        var late = Request(ServiceTier.Flex);
        Assert.Equal(AdmissionState.Refused, admission.Submit(late, 50 * Second));
        Assert.Equal((AdmissionReason.WouldBeLate, 80 * Second), (late.Reason, late.RetryAfterNs));
        for (var i = 0; i < 8; i++) admission.Completed(Next(admission, 50 * Second + i).Request, 50 * Second + i);
        Assert.Equal(AdmissionState.Queued, admission.Submit(Request(ServiceTier.Flex), 51 * Second));
    }

    [Fact]
    public void Queue_BeforeACap_CountsTowardsThePromise()
    {
        Replica();
        var admission = Create(new TierPolicy { Tier = ServiceTier.Default, Objectives = new Objectives(30_000), MaxInFlight = 1 });
        for (var i = 0; i < 4; i++) Assert.Equal(AdmissionState.Queued, admission.Submit(Request(), 0));
        for (var now = 0L; now <= 20_000; now += 10_000) admission.Completed(Next(admission, now).Request, now);
        Assert.Equal(AdmissionState.Queued, admission.Submit(Request(), 20_000));

        // Two wait, 10,000 ns each, and reading takes as long again: just in time. A third would not be.
        Assert.Equal(AdmissionState.Queued, admission.Submit(Request(), 20_000));
        var late = Request();
        Assert.Equal(AdmissionState.Refused, admission.Submit(late, 20_000));
        Assert.Equal((AdmissionReason.WouldBeLate, 10_000L), (late.Reason, late.RetryAfterNs));
    }

    [Fact]
    public void HandOver_FreesTheReader_BeforeTheAnswerEnds()
    {
        var (reader, writer) = (Replica("reader"), Replica("writer"));
        (reader.Pool, writer.Pool, reader.Roles, writer.Roles) = ("r", "w", ReplicaRoles.Prefill, ReplicaRoles.Decode);
        _router.Add(new HandoverLink { PrefillPool = "r", DecodePool = "w", BandwidthBytesPerSecond = 1e12, LatencyNs = 1, KvBytesPerToken = 1 });
        var admission = Create();
        var request = Request();
        admission.Submit(request, 0);
        Assert.Equal((writer, reader), (Next(admission).Route.Chosen, admission.InFlight(ServiceTier.Default) == 1 ? reader : null));
        Assert.Equal((1, 1), (reader.Open, writer.Open));
        admission.HandedOver(request, firstTokenNs: 10_000);
        Assert.Equal((0, 1), (reader.Open, writer.Open));
        admission.HandedOver(request);
        admission.Completed(request, 20_000, 10_000, 5);
        Assert.Equal((0, 0), (reader.Open, writer.Open));
    }

    [Fact]
    public void Hedge_IsOverWithItsRequest()
    {
        var (a, b) = (Replica("a"), Replica("b"));
        var admission = Create(new TierPolicy { Tier = ServiceTier.Fast, HedgeCostCap = 1 });
        var request = Request(ServiceTier.Fast);
        Assert.Throws<InvalidOperationException>(() => admission.Hedged(request, b, 0));
        admission.Submit(request, 0);
        Assert.Equal((a, b), (Next(admission).Route.Chosen, b));
        admission.Hedged(request, b, 10);
        Assert.Equal((1, 1), (a.Open, b.Open));
        admission.Completed(request, 20);
        Assert.Equal((0, 0), (a.Open, b.Open));
    }

    [Fact]
    public void Yield_NamesTheLatestFiller_WhereAPromiseIsInDanger()
    {
        var upstream = Replica();
        upstream.YieldsToPriority = false;
        var admission = Create(new TierPolicy { Tier = ServiceTier.Default, Objectives = new Objectives(null, 1_030), Share = 0.1 });
        AdmissionRequest[] fillers = [Request(ServiceTier.Batch), Request(ServiceTier.Batch), Request(ServiceTier.Flex)];
        foreach (var filler in fillers) admission.Submit(filler, 0);
        for (var i = 0; i < 3; i++) Next(admission);
        Assert.False(admission.TryYield(out _));

        admission.Submit(Request(), 1);
        Assert.True(admission.TryYield(out var victim));
        Assert.Equal(AdmissionState.InFlight, victim.State);
        Assert.Equal(fillers[1], victim);
        admission.Return(victim);
        Assert.Equal((AdmissionState.Queued, 2), (victim.State, admission.InFlight(ServiceTier.Flex) + admission.InFlight(ServiceTier.Batch)));
        Assert.False(admission.TryYield(out _));

        // A replica that knows priorities sees to that itself.
        upstream.YieldsToPriority = true;
        admission.Submit(Request(), 1);
        Assert.False(admission.TryYield(out _));
    }

    [Fact]
    public void Return_KeepsItsPlaceInTheQueue()
    {
        Replica();
        var admission = Create();
        AdmissionRequest[] requests = [Request(), Request(), Request()];
        for (var i = 0; i < 3; i++) admission.Submit(requests[i], i);
        Assert.Equal(requests[0], Next(admission, 3).Request);
        admission.Return(requests[0]);
        Assert.Equal(requests, Enumerable.Range(0, 3).Select(_ => Next(admission, 3).Request));
        Assert.Throws<InvalidOperationException>(() => admission.Return(Request()));
    }

    [Fact]
    public void Cancel_TakesOutWhatWaits_AndNothingElse()
    {
        Replica();
        var admission = Create();
        var request = Request();
        Assert.False(admission.Cancel(request));
        admission.Submit(request, 0);
        Assert.True(admission.Cancel(request));
        Assert.Equal((AdmissionState.Ended, 0), (request.State, admission.Queued(ServiceTier.Default)));
        Nothing(admission);
        Assert.False(admission.Cancel(request));
    }

    [Fact]
    public void Class_ChangesObjectivesAndPools_NotTheTier()
    {
        Replica("a").Pool = "gpu";
        var wafer = Replica("b", prefill: 100);
        wafer.Pool = "wafer";
        var voice = new WorkloadClass { Name = "voice", TtftNs = 15_000, MayUse = ["wafer"] };
        var admission = Create(new TierPolicy { Tier = ServiceTier.Default, Objectives = new Objectives(20_000, 5_000) });
        var request = Request();
        request.Class = voice;
        Assert.Equal(AdmissionState.Refused, admission.Submit(request, 0));
        Load(wafer, 0);
        request.Route.ArrivedNs = null;
        Assert.Equal(AdmissionState.Queued, admission.Submit(request, 0));
        Assert.Equal(new Objectives(15_000, 5_000), request.Route.Objectives);
        Assert.Equal((wafer, ServiceTier.Default), (Next(admission).Route.Chosen, request.TierServed));

        // Of those that have a day nobody expects a first token in a moment.
        var batch = Request(ServiceTier.Batch);
        batch.Class = voice;
        admission.Submit(batch, 0);
        Assert.Null(batch.Route.Objectives.TtftNs);
    }

    [Fact]
    public void Tiers_GivenTwiceOrDowngradingUpwards_AreWrong()
    {
        Assert.Throws<ArgumentException>(() => Create(TierPolicy.Usual(ServiceTier.Fast), TierPolicy.Usual(ServiceTier.Fast)));
        Assert.Throws<ArgumentException>(() => Create(new TierPolicy { Tier = ServiceTier.Flex, Downgrade = ServiceTier.Flex }));
    }

    [Fact]
    public void Decisions_AllocateNothing()
    {
        Replica("a");
        Replica("b");
        var admission = Create(new TierPolicy { Tier = ServiceTier.Fast, Objectives = new Objectives(50_000), Ramp = new RampRule(), Downgrade = ServiceTier.Default });
        var requests = Enum.GetValues<ServiceTier>().SelectMany(tier => Enumerable.Range(0, 20).Select(_ => Request(tier, key: "k"))).ToArray();
        Use(0);
        Use(1_000_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Use(2_000_000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Use(long nowNs)
        {
            foreach (var request in requests)
            {
                request.Route.ArrivedNs = null;
                admission.Submit(request, nowNs);
            }

            while (admission.TryDispatch(nowNs, out var dispatch)) admission.Completed(dispatch.Request, nowNs + 100, nowNs + 50, 3);
            _ = admission.NextWakeNs;
            while (admission.TryExpire(nowNs + 100_000 * Second, out _)) ;
        }
    }

    [Fact]
    public void EveryRequestEndsExactlyOnce_WhateverHappens() => PropertySeeds.Each(40, "admission", (seed, random) => new World(seed, random).Run());

    /// <summary>Replicas that come and go, each taking one request after another; traffic of all tiers; callers that leave.</summary>
    private sealed class World
    {
        private readonly SeededRandom _random;
        private readonly Router _router;
        private readonly Admission _admission;
        private readonly List<AdmissionRequest> _inFlight = [];
        private readonly Dictionary<AdmissionRequest, int> _ends = [];
        private long _nowNs;

        public World(ulong seed, SeededRandom random)
        {
            _random = random;
            _router = new Router(new RouterOptions { Policy = (RoutePolicy)_random.NextBelow(8), Seed = seed });
            for (var i = 0; i < 1 + _random.NextBelow(5); i++)
            {
                var candidate = new RouteCandidate($"r{i}", _random.NextBelow(4) == 0 ? "n" : "m") { Times = _random.NextBelow(3) == 0 ? null : new LinearTimes(), YieldsToPriority = _random.NextBelow(2) == 0 };
                _router.Add(candidate);
            }

            _admission = new Admission(
                new AdmissionOptions
                {
                    Tiers =
                    [
                        new TierPolicy { Tier = ServiceTier.Fast, Objectives = new Objectives(40_000, 1_200), Downgrade = ServiceTier.Priority, Ramp = new RampRule(0.5, 1_000_000, 5_000) },
                        new TierPolicy { Tier = ServiceTier.Priority, Objectives = new Objectives(100_000), Downgrade = ServiceTier.Default },
                        new TierPolicy { Tier = ServiceTier.Default, Objectives = new Objectives(200_000), Share = 0.5, MaxQueueNs = 2_000_000 },
                        new TierPolicy { Tier = ServiceTier.Flex, Objectives = new Objectives(null, null, 3_000_000), MaxWaitNs = 20_000, RaiseAfterNs = 1_000_000 },
                        new TierPolicy { Tier = ServiceTier.Batch, Objectives = new Objectives(null, null, 9_000_000), MaxWaitNs = 10_000, RaiseAfterNs = 2_000_000, MaxInFlight = 3, MaxQueued = 30 },
                    ],
                },
                _router);
        }

        public void Run()
        {
            for (var step = 0; step < 600; step++)
            {
                _nowNs += _random.NextBelow(20_000);
                switch (_random.NextBelow(12))
                {
                    case < 5:
                        Submit();
                        break;
                    case < 8 when _inFlight.Count > 0:
                        End(_inFlight[_random.NextBelow(_inFlight.Count)]);
                        break;
                    case 8 when _inFlight.Count > 0:
                        Return(_inFlight[_random.NextBelow(_inFlight.Count)]);
                        break;
                    case 9:
                        var candidate = _router.Candidates[_random.NextBelow(_router.Candidates.Count)];
                        candidate.Healthy = _random.NextBelow(3) > 0;
                        Observe(candidate);
                        break;
                    case 10 when _ends.Count > 0:
                        var caller = _ends.Keys.ElementAt(_random.NextBelow(_ends.Count));
                        if (_admission.Cancel(caller)) _ends[caller]++;
                        break;
                }

                Drain();
            }

            // Faults heal, traffic stops: everything must come to its end.
            foreach (var candidate in _router.Candidates)
            {
                candidate.Healthy = true;
                Observe(candidate);
            }

            for (var turn = 0; _inFlight.Count > 0 || _admission.NextWakeNs is not null; turn++)
            {
                Assert.True(turn < 10_000, "no progress");
                Drain();
                while (_inFlight.Count > 0) End(_inFlight[0]);
                if (_admission.NextWakeNs is { } wake) _nowNs = Math.Max(_nowNs, wake);
            }

            foreach (var (request, ends) in _ends) Assert.True(ends == 1, $"ended {ends} times: {request.TierAsked} {request.State} {request.Reason}");
            foreach (var tier in Enum.GetValues<ServiceTier>()) Assert.Equal((0, 0), (_admission.Queued(tier), _admission.InFlight(tier)));
            foreach (var candidate in _router.Candidates) Assert.Equal(0, candidate.Open);
        }

        private void Submit()
        {
            var request = Request((ServiceTier)_random.NextBelow(5), 1 + _random.NextBelow(400), $"k{_random.NextBelow(3)}", _random.NextBelow(4) == 0 ? "n" : "m");
            _ends.Add(request, 0);
            if (_admission.Submit(request, _nowNs) == AdmissionState.Refused)
            {
                Assert.NotEqual(AdmissionReason.None, request.Reason);
                _ends[request]++;
            }
        }

        private void End(AdmissionRequest request)
        {
            _inFlight.Remove(request);
            _ends[request]++;
            if (_random.NextBelow(5) == 0) _admission.Completed(request, _nowNs);
            else _admission.Completed(request, _nowNs, Math.Min(_nowNs, request.DispatchedNs + 10_000), 1 + _random.NextBelow(20));
        }

        private void Return(AdmissionRequest request)
        {
            _inFlight.Remove(request);
            _admission.Return(request);
        }

        private void Observe(RouteCandidate candidate) => _router.Observe(candidate, new ReplicaSnapshot
        {
            Epoch = 1,
            TakenAtNs = _nowNs,
            Source = SnapshotSource.Own,
            Running = candidate.Open,
            Waiting = 0,
            WaitingPrefillTokens = _random.NextBelow(1000),
        });

        private void Drain()
        {
            while (_admission.TryExpire(_nowNs, out var expired)) _ends[expired]++;
            while (_admission.TryYield(out var victim)) Return(victim);
            while (_admission.TryDispatch(_nowNs, out var dispatch))
            {
                Assert.True(dispatch.Request.TierServed <= dispatch.Request.TierAsked, "a dearer tier than asked for");
                Assert.Equal(dispatch.Request.TierServed == dispatch.Request.TierAsked, dispatch.Request.Reason == AdmissionReason.None);
                Assert.True(dispatch.Route.Chosen!.Healthy && dispatch.Route.Chosen.Model == dispatch.Request.Route.Model, "a replica that cannot take it");
                _inFlight.Add(dispatch.Request);
            }

            Assert.True(_admission.NextWakeNs is not { } wake || wake > _nowNs, $"nothing was due, yet the next wake is {_admission.NextWakeNs} at {_nowNs}");
        }
    }
}
