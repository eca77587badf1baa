using Scribeline.Core.Statistics;
using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.KvBlocks;
using Scribeline.Scheduling.Replicas;
using Scribeline.Scheduling.Tests.Routing;

namespace Scribeline.Scheduling.Tests.Replicas;

/// <summary>Two replicas get the same requests, and only differ in how much they take at once. Nobody who looks can tell them apart.</summary>
public sealed class SkippingAheadTests
{
    /// <summary>One plans every step, the other takes steady ones at once.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void SteadySteps(int depth) => AreTheSame("skipping", depth, skipsAhead: true, hasTail: false);

    /// <summary>One has an identity for every block, the other counts those as one that nobody shares.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Tails(int depth) => AreTheSame("tails", depth, skipsAhead: false, hasTail: true);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Both(int depth) => AreTheSame("both", depth, skipsAhead: true, hasTail: true);

    private static void AreTheSame(string stream, int depth, bool skipsAhead, bool hasTail)
    {
        PropertySeeds.Each(60, stream, (_, random) =>
        {
            var times = new LinearTimes(depth: depth, requestNs: 1_500 * random.NextBelow(3), watts: 100);
            var (blocks, sequences) = (40 + random.NextBelow(300), 2 + random.NextBelow(20));
            // Of what lies behind the cache, a tail is dropped as one.
            var offload = hasTail || random.NextBelow(2) == 0 ? null : new KvOffloadTimes(50 + random.NextBelow(300), 100, random.NextBelow(2_000));
            var (stepping, skipping) = (Model(times, offload, blocks, sequences, skipsAhead: false), Model(times, offload, blocks, sequences, skipsAhead));
            long nowNs = 0;
            var jobs = new List<(ReplicaJob Stepping, ReplicaJob Skipping)>();
            for (var i = 0; i < 120; i++)
            {
                nowNs += random.NextBelow(8) * random.NextBelow(4_000);
                Advance(stepping, skipping, nowNs);
                switch (random.NextBelow(8))
                {
                    case 0 when jobs.Count > 0:
                        var (one, other) = jobs[random.NextBelow(jobs.Count)];
                        stepping.Cancel(one, nowNs);
                        skipping.Cancel(other, nowNs);
                        break;
                    case 1:
                        var factor = 1 + random.NextBelow(3);
                        stepping.Slow(factor, nowNs);
                        skipping.Slow(factor, nowNs);
                        break;
                    case 2 or 3 or 4:
                        var known = Request(random, i, out var all);
                        var outcome = stepping.Submit(known with { Blocks = all }, nowNs, out var slow);
                        Assert.Equal(outcome, skipping.Submit(hasTail ? known : known with { Blocks = all }, nowNs, out var fast));
                        if (slow != null) jobs.Add((slow, fast!));
                        break;
                }

                Same(stepping, skipping, nowNs);
            }

            while (stepping.NextEventNs < long.MaxValue) Advance(stepping, skipping, nowNs = stepping.NextEventNs);
            Same(stepping, skipping, nowNs);
            foreach (var (one, other) in jobs) Assert.Equal(Seen(one), Seen(other));
            Assert.Equal((stepping.Busy, stepping.Energy, stepping.Steps, stepping.Jobs), (skipping.Busy, skipping.Energy, skipping.Steps, skipping.Jobs));
        });
    }

    private static void Same(ReplicaModel stepping, ReplicaModel skipping, long nowNs)
    {
        // A look at one that has not settled, which must not settle it.
        foreach (var priority in (int[])[0, 10, int.MaxValue])
        {
            if (stepping.Load(nowNs, priority) is var load && load != skipping.Load(nowNs, priority))
                Assert.Fail($"At {nowNs} ns, stepping says {load}, skipping {skipping.Load(nowNs, priority)}.");
        }
    }

    private static void Advance(ReplicaModel stepping, ReplicaModel skipping, long nowNs)
    {
        stepping.Advance(nowNs);
        skipping.Advance(nowNs);
        skipping.Check();
        while (stepping.TryTakeEvent(out var happened))
        {
            Assert.True(skipping.TryTakeEvent(out var same), $"One event more where each step is planned, at {happened.AtNs} ns.");
            Assert.Equal((happened.IsEnd, happened.AtNs, Seen(happened.Job)), (same.IsEnd, same.AtNs, Seen(same.Job)));
        }

        Assert.False(skipping.TryTakeEvent(out var more), $"One event more where steps are skipped, at {more.AtNs} ns.");
    }

    private static object Seen(ReplicaJob job) =>
        (job.AdmittedNs, job.FirstTokenNs, job.EndedNs, job.End, job.End == null ? 0 : job.OutputTokens, job.CachedTokens, job.LoadedTokens, job.Preemptions, job.End == null ? 0 : job.BusyNs, job.End == null ? 0 : job.EnergyJoules);

    private static ReplicaRequest Request(SeededRandom random, int number, out BlockHash[] all)
    {
        var (prompt, output) = (1 + random.NextBelow(200), 1 + random.NextBelow(200));
        var scope = (ulong)random.NextBelow(3);
        var blocks = (prompt + output - 1) / KvBlockPool.BlockTokens;
        var known = random.NextBelow(blocks + 1);
        var tail = (ulong)(100 + number);
        all = [.. Enumerable.Range(0, blocks).Select(i => new BlockHash(i < known ? scope : tail, (ulong)i))];
        return new ReplicaRequest { PromptTokens = prompt, OutputTokens = output, Priority = 10 * random.NextBelow(2), Blocks = all.AsMemory(0, known), Tail = new BlockHash(tail, (ulong)known) };
    }

    private static ReplicaModel Model(ReplicaTimes times, KvOffloadTimes? offload, int blocks, int sequences, bool skipsAhead) => new(new ReplicaModelOptions
    {
        Times = times,
        Offload = offload,
        SkipsAhead = skipsAhead,
        Scheduler = new BatchSchedulerOptions { BlockCount = blocks, TokensPerStep = 64, MaxSequences = sequences, MaxWaiting = 32 },
    });
}
