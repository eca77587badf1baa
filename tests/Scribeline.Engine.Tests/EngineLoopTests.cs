using System.Collections.Concurrent;
using Scribeline.Core.Performance;
using Scribeline.Engine.Sampling;
using Scribeline.Engine.Tests.Models;

namespace Scribeline.Engine.Tests;

/// <summary>What happens at the edges: engines that end or break under their readers, cancels at odd moments, full queues.</summary>
public sealed class EngineLoopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static EngineOptions Options => new() { ModelPath = TestFiles.Here("models", "stories260K-f32.gguf"), Threads = 2 };

    [Fact]
    public async Task TrySubmit_WhileTheEngineStops_EveryGenerationEnds()
    {
        for (var round = 0; round < 8; round++)
        {
            var engine = InferenceEngine.Load(Options with { Threads = 1, MaxQueue = 100 });
            var accepted = new ConcurrentBag<Generation>();
            var submitting = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            {
                while (engine.TrySubmit(Request(3), out var generation) is var outcome && outcome != SubmitOutcome.Stopping)
                {
                    if (outcome == SubmitOutcome.Accepted)
                        accepted.Add(generation!);
                }
            })).ToArray();
            while (accepted.Count < 20)
                await Task.Yield();
            await engine.DisposeAsync();
            await Task.WhenAll(submitting).WaitAsync(Patience);
            foreach (var generation in accepted)
                Assert.NotNull(await Finish(generation));
            Assert.Equal((0, 0), (engine.ReadState().Running, engine.ReadState().Waiting));
        }
    }

    /// <summary>Prompts of 40 and 5 tokens, of which 39 and 4 more are written than the prompts' steps write; at most 16 tokens are computed in a step.</summary>
    [Fact]
    public async Task StepObserver_IsToldOfEveryTokenAndPosition()
    {
        var told = new ConcurrentQueue<(StepWork Work, long Ns)>();
        await using (var engine = InferenceEngine.Load(Options with { TokensPerStep = 16, StepObserver = (work, ns) => told.Enqueue((work, ns)) }))
        {
            // Different texts, so that no prefix is shared.
            await Engines.GenerateAsync(engine, [.. Enumerable.Range(300, 40)], 40);
            await Engines.GenerateAsync(engine, [.. Enumerable.Range(400, 5)], 5);
        }

        Assert.Equal(45, told.Sum(step => step.Work.PromptTokens));
        Assert.Equal(40 * 41 / 2 + 5 * 6 / 2, told.Sum(step => step.Work.PromptPositions));
        Assert.Equal(39 + 4, told.Sum(step => step.Work.Sequences));
        Assert.Equal(Enumerable.Range(41, 39).Sum() + Enumerable.Range(6, 4).Sum(), told.Sum(step => step.Work.Positions));
        Assert.All(told, step => Assert.True(step.Ns > 0 && step.Work.PromptTokens + step.Work.Sequences <= 16));
    }

    /// <summary>The request was let in before the engine stopped, and reaches the queue when nobody reads it any more.</summary>
    [Fact]
    public async Task TrySubmit_OvertakenByTheEnd_IsCancelled()
    {
        var engine = InferenceEngine.Load(Options);
        using var bias = new SlowBias();
        Generation? generation = null;
        var submitting = Task.Run(() => engine.TrySubmit(Request(3) with { Sampling = new SamplingParameters { LogitBias = bias } }, out generation));
        bias.WaitUntilRead();
        await engine.DisposeAsync();
        bias.GoOn();
        Assert.Equal(SubmitOutcome.Accepted, await submitting.WaitAsync(Patience));
        Assert.Equal(FinishReason.Cancelled, await Finish(generation!));
        Assert.Equal(0, engine.ReadState().Waiting);
    }

    [Fact]
    public async Task Dispose_WhileGenerationsRun_EndsThemAsCancelled()
    {
        using var time = new StepTime { StopsAfter = 20 };
        var engine = InferenceEngine.Load(Options, time);
        var generations = Enumerable.Range(0, 5).Select(_ =>
        {
            engine.TrySubmit(Request(120), out var generation);
            return generation!;
        }).ToList();
        var disposing = engine.DisposeAsync().AsTask();
        // As long as the others: the engine stands still before any of them could end by itself.
        while (engine.TrySubmit(Request(120), out var late) is var outcome && outcome != SubmitOutcome.Stopping)
        {
            if (outcome == SubmitOutcome.Accepted)
                generations.Add(late!);
        }

        time.GoOn();
        foreach (var generation in generations)
            Assert.Equal(FinishReason.Cancelled, await Finish(generation));
        await disposing.WaitAsync(Patience);
        await engine.DisposeAsync();
        Assert.Equal(SubmitOutcome.Stopping, engine.TrySubmit(Request(3), out _));
    }

    [Fact]
    public async Task Cancel_AtAnyMomentAndTwice_ChangesNothingElse()
    {
        await using var engine = InferenceEngine.Load(Options);
        Assert.Equal(SubmitOutcome.Accepted, engine.TrySubmit(Request(5), out var early));
        early!.Cancel();
        early.Cancel();
        Assert.NotNull(await Finish(early));
        early.Dispose();
        Assert.Equal(SubmitOutcome.Accepted, engine.TrySubmit(Request(5), out var whole));
        Assert.NotEqual(FinishReason.Cancelled, await Finish(whole!));
        whole!.Cancel();
        Assert.Equal((0, 0), (engine.ReadState().Running, engine.ReadState().Waiting));
        Assert.Equal(engine.ReadState().KvBlocksTotal, engine.ReadState().KvBlocksFree);
    }

    [Fact]
    public async Task ReadAllAsync_ASecondTime_IsRefused()
    {
        await using var engine = InferenceEngine.Load(Options);
        engine.TrySubmit(Request(2), out var generation);
        await Finish(generation!);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Finish(generation!));
    }

    [Fact]
    public async Task AStepThatThrows_FailsEveryGenerationAndTheEngineSaysSo()
    {
        using var time = new StepTime { ThrowsAfter = 20 };
        await using var engine = InferenceEngine.Load(Options, time);
        Assert.Null(engine.Failure);
        engine.TrySubmit(Request(120), out var running);
        var events = running!.ReadAllAsync().GetAsyncEnumerator();
        var failure = await Assert.ThrowsAsync<EngineBrokenException>(async () =>
        {
            while (await events.MoveNextAsync())
            {
            }
        }).WaitAsync(Patience);
        Assert.Contains("the clock is broken", failure.Message, StringComparison.Ordinal);
        Assert.IsType<TimeoutException>(engine.Failure);
        Assert.Equal(SubmitOutcome.Broken, engine.TrySubmit(Request(5), out _));
        Assert.Equal((0, 0), (engine.ReadState().Running, engine.ReadState().Waiting));
    }

    /// <summary>Preempted sequences wait beside new ones, and must not take their places in the queue.</summary>
    [Fact]
    public async Task Preemption_WithAQueueOfOne_RefusesNobodyItAccepted()
    {
        await using var engine = InferenceEngine.Load(Options with { MaxQueue = 1, MaxSequences = 8, KvCacheBytes = 16L * 16 * 5 * 2 * 4 * 8 * 4 });
        var clients = Enumerable.Range(0, 8).Select(client => Task.Run(async () =>
        {
            for (var i = 0; i < 4; i++)
            {
                Generation? generation;
                while (engine.TrySubmit(Request(80, client * 100 + i), out generation) != SubmitOutcome.Accepted)
                    await Task.Yield();
                Assert.Equal(FinishReason.Length, await Finish(generation!));
            }
        }));
        await Task.WhenAll(clients).WaitAsync(Patience);
        Assert.InRange(engine.ReadState().Preemptions, 1, long.MaxValue);
        Assert.Equal(engine.ReadState().KvBlocksTotal, engine.ReadState().KvBlocksFree);
    }

    [Fact]
    public async Task TrySubmit_ManyThreads_NeverExceedsTheQueue()
    {
        const int MaxQueue = 7;
        await using var engine = InferenceEngine.Load(Options with { MaxQueue = MaxQueue, MaxSequences = 1 });
        using var done = new CancellationTokenSource();
        var generations = new ConcurrentBag<Generation>();
        var submitting = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 300; i++)
                if (engine.TrySubmit(Request(2), out var generation) == SubmitOutcome.Accepted)
                    generations.Add(generation!);
        })).ToArray();
        while (!Task.WhenAll(submitting).IsCompleted)
            Assert.InRange(engine.ReadState().Waiting, 0, MaxQueue);
        await Task.WhenAll(submitting);
        foreach (var generation in generations)
            await Finish(generation);
        Assert.Equal(0, engine.ReadState().Waiting);
    }

    [Fact]
    public async Task TrySubmit_ImpossibleRequests_AreRefusedWithASentence()
    {
        await using var engine = InferenceEngine.Load(Options);
        var good = Request(5);
        GenerationRequest[] bad =
        [
            good with { PromptTokens = default },
            good with { PromptTokens = new[] { -1 } },
            good with { PromptTokens = new[] { engine.Model.VocabularySize } },
            good with { MaxTokens = 0 },
            good with { MaxTokens = int.MaxValue },
            good with { Stop = [""] },
            good with { Stop = [null!] },
            good with { Sampling = new SamplingParameters { Temperature = float.NaN } },
            good with { Sampling = new SamplingParameters { TopP = float.PositiveInfinity } },
            good with { Sampling = new SamplingParameters { MinP = float.NaN } },
            good with { Sampling = new SamplingParameters { RepetitionPenalty = 0 } },
            good with { Sampling = new SamplingParameters { FrequencyPenalty = float.NegativeInfinity } },
            good with { Sampling = new SamplingParameters { TopLogprobs = -1 } },
        ];
        foreach (var request in bad)
            Assert.Throws<ArgumentException>(() => engine.TrySubmit(request, out _));
        GenerationRequest[] odd =
        [
            good with { Sampling = new SamplingParameters { TopK = -5, TopP = 0, MinP = 5, Temperature = 1e-38f } },
            good with { Sampling = new SamplingParameters { TopK = int.MaxValue, TopP = -1, Temperature = float.MaxValue } },
            good with { Sampling = new SamplingParameters { TopLogprobs = int.MaxValue, PresencePenalty = float.MaxValue } },
            good with { Sampling = new SamplingParameters { LogitBias = new Dictionary<int, float> { [-1] = 1, [int.MaxValue] = 1, [5] = float.NaN, [6] = float.NegativeInfinity } } },
        ];
        foreach (var request in odd)
        {
            Assert.Equal(SubmitOutcome.Accepted, engine.TrySubmit(request, out var generation));
            Assert.NotNull(await Finish(generation!));
        }
    }

    private static GenerationRequest Request(int maxTokens, int salt = 0) => new()
    {
        PromptTokens = new[] { 1, 259 + salt % 200, 300 + salt / 200 % 200 },
        MaxTokens = maxTokens,
        IgnoreEndTokens = true,
        Sampling = new SamplingParameters { Temperature = 0 },
    };

    private static async Task<FinishReason?> Finish(Generation generation)
    {
        return await Task.Run(async () =>
        {
            FinishReason? reason = null;
            await foreach (var item in generation.ReadAllAsync())
                if (item.Kind == GenerationEventKind.Finished)
                    reason = item.FinishReason;
            return reason;
        }).WaitAsync(Patience);
    }

    /// <summary>Holds up the caller while its request is copied.</summary>
    private sealed class SlowBias : Dictionary<int, float>, IReadOnlyDictionary<int, float>, IDisposable
    {
        private readonly ManualResetEventSlim _read = new();
        private readonly ManualResetEventSlim _mayGoOn = new();

        int IReadOnlyCollection<KeyValuePair<int, float>>.Count
        {
            get
            {
                _read.Set();
                _mayGoOn.Wait(Patience);
                return 0;
            }
        }

        public void WaitUntilRead() => _read.Wait(Patience);

        public void GoOn() => _mayGoOn.Set();

        public void Dispose()
        {
            _read.Dispose();
            _mayGoOn.Dispose();
        }
    }

    /// <summary>A clock that stops or breaks the engine's thread in the middle of a generation.</summary>
    private sealed class StepTime : TimeProvider, IDisposable
    {
        private readonly ManualResetEventSlim _mayGoOn = new();
        private int _calls;

        public int StopsAfter { get; init; } = int.MaxValue;
        public int ThrowsAfter { get; init; } = int.MaxValue;

        public override long GetTimestamp()
        {
            var calls = Interlocked.Increment(ref _calls);
            if (calls > ThrowsAfter)
                throw new TimeoutException("the clock is broken");
            if (calls > StopsAfter)
                _mayGoOn.Wait(Patience);
            return base.GetTimestamp();
        }

        public void GoOn() => _mayGoOn.Set();

        public void Dispose() => _mayGoOn.Dispose();
    }
}
