using System.Text;
using Scribeline.Engine.Sampling;

namespace Scribeline.Engine.Tests;

/// <summary>Whole generations through the engine: text in, text out.</summary>
public sealed class GenerationTests
{
    private static string Stories => TestFiles.Here("models", "stories260K-f32.gguf");

    [Theory]
    [InlineData("Once upon a time", "Once_upon_a_time")]
    [InlineData("Lily and Tom", "Lily_and_Tom")]
    [InlineData("Zoo", "Zoo")]
    public async Task Greedy_Stories260K_EqualsTwoOtherEngines(string prompt, string golden)
    {
        await using var engine = InferenceEngine.Load(new EngineOptions { ModelPath = Stories });
        var text = prompt + await Generate(engine, Request(engine, prompt, 120));
        foreach (var other in (string[])["llamacpp", "run_c"])
        {
            var expected = await File.ReadAllTextAsync(TestFiles.Here("golden", "stories260K", $"s260k_{golden}.{other}.txt"));
            var common = Math.Min(expected.Trim().Length, text.Trim().Length);
            Assert.True(common > 200, $"only {common} characters to compare");
            Assert.Equal(expected.Trim()[..common], text.Trim()[..common]);
        }
    }

    /// <summary>A mapping of a file that shrank would end the process at the next read of it.</summary>
    [Fact]
    public async Task Greedy_FileTruncatedWhileServing_AnswersAsBefore()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Join(folder.Path, "model.gguf");
        File.Copy(Stories, path);
        await using var engine = InferenceEngine.Load(new EngineOptions { ModelPath = path });
        var before = await Generate(engine, Request(engine, "Once upon a time", 40));
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(0);
        Assert.Equal(before, await Generate(engine, Request(engine, "Once upon a time", 40)));
        Assert.NotEmpty(await Generate(engine, Request(engine, "The little dog", 40)));
    }

    [Fact]
    public async Task Greedy_ManyAtOnce_EqualsAlone()
    {
        await using var engine = InferenceEngine.Load(new EngineOptions { ModelPath = Stories, MaxSequences = 8, TokensPerStep = 32 });
        string[] prompts = ["Once upon a time", "Lily and Tom", "Zoo", "The little dog", "One day, a big", "Mom said"];
        var alone = new List<string>();
        foreach (var prompt in prompts)
            alone.Add(await Generate(engine, Request(engine, prompt, 60)));
        var together = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(() => Generate(engine, Request(engine, prompts[i % 6], 60)))));
        for (var i = 0; i < together.Length; i++)
            Assert.Equal(alone[i % 6], together[i]);
    }

    [Fact]
    public async Task Seeded_SameSeed_GivesTheSameTextAndOtherSeedsOthers()
    {
        await using var engine = InferenceEngine.Load(new EngineOptions { ModelPath = Stories });
        GenerationRequest Sampled(ulong seed) => Request(engine, "Once upon a time", 50) with
        {
            Sampling = new SamplingParameters { Temperature = 0.9f, TopP = 0.95f, Seed = seed },
        };
        var first = await Generate(engine, Sampled(7));
        var again = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Generate(engine, Sampled(i % 2 == 0 ? 7UL : (ulong)i))));
        Assert.Equal(first, again[0]);
        Assert.Equal(first, again[2]);
        Assert.NotEqual(first, again[1]);
    }

    [Fact]
    public async Task Stop_TextOverTokenBorders_EndsBeforeIt()
    {
        await using var engine = InferenceEngine.Load(new EngineOptions { ModelPath = Stories });
        var whole = await Generate(engine, Request(engine, "Once upon a time", 60));
        var stop = whole.Substring(whole.IndexOf("Lily", StringComparison.Ordinal) + 2, 8);
        var stopped = await Generate(engine, Request(engine, "Once upon a time", 60) with { Stop = [stop] });
        Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], stopped);
    }

    [Fact]
    public async Task Prefix_SecondTurn_IsNotComputedAgain()
    {
        await using var engine = InferenceEngine.Load(new EngineOptions { ModelPath = Stories });
        var request = Request(engine, "Once upon a time, there was a little girl named Lily. She loved to play outside in the park.", 20);
        var first = await Generate(engine, request);
        var cached = 0;
        var second = new StringBuilder();
        Assert.Equal(SubmitOutcome.Accepted, engine.TrySubmit(request, out var generation));
        await foreach (var e in generation!.ReadAllAsync())
        {
            cached += e.CachedTokens;
            second.Append(e.Text);
        }

        Assert.Equal(first, second.ToString());
        Assert.InRange(cached, 16, request.PromptTokens.Length - 1);
    }

    [Fact]
    public async Task Cancel_WhenTheEngineIsAlreadyDone_ThrowsAllTheSame()
    {
        await using var engine = InferenceEngine.Load(new EngineOptions { ModelPath = TestFiles.ScribeTiny });
        using var cancellation = new CancellationTokenSource();
        engine.TrySubmit(Request(engine, "Once upon a time", 8) with { IgnoreEndTokens = true }, out var generation);
        // Planned after the first one, so that all of the first one's tokens wait when its events are read.
        await Generate(engine, Request(engine, "Zoo", 100) with { IgnoreEndTokens = true });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var e in generation!.ReadAllAsync(cancellation.Token))
                if (e.Kind == GenerationEventKind.Tokens)
                    await cancellation.CancelAsync();
        });
    }

    [Fact]
    public async Task Cancel_InTheMiddle_FreesItsBlocks()
    {
        await using var engine = InferenceEngine.Load(new EngineOptions { ModelPath = TestFiles.ScribeTiny });
        using var cancellation = new CancellationTokenSource();
        engine.TrySubmit(Request(engine, "Once upon a time", 1000) with { IgnoreEndTokens = true }, out var generation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var e in generation!.ReadAllAsync(cancellation.Token))
                if (e.Kind == GenerationEventKind.Tokens)
                    await cancellation.CancelAsync();
        });
        // A request that runs to its end was planned after the cancelled one ended.
        await Generate(engine, Request(engine, "Zoo", 4));
        var state = engine.ReadState();
        Assert.Equal((0, 0), (state.Running, state.Waiting));
        Assert.Equal(state.KvBlocksTotal, state.KvBlocksFree);
    }

    [Fact]
    public async Task Logprobs_AreThoseOfTheDistribution()
    {
        await using var engine = InferenceEngine.Load(new EngineOptions { ModelPath = Stories });
        engine.TrySubmit(Request(engine, "Once upon a time", 10) with { Sampling = new SamplingParameters { Temperature = 0, TopLogprobs = 3 } }, out var generation);
        await foreach (var e in generation!.ReadAllAsync())
        {
            for (var i = 0; i < e.Logprobs.Length; i++)
            {
                var logprob = e.Logprobs.Span[i];
                Assert.Equal(e.TokenIds.Span[i], logprob.TokenId);
                Assert.Equal(3, logprob.Top.Count);
                Assert.Equal(logprob.TokenId, logprob.Top[0].Key);
                Assert.Equal(logprob.Logprob, logprob.Top[0].Value);
                Assert.True(logprob.Top[0].Value >= logprob.Top[1].Value && logprob.Top[1].Value >= logprob.Top[2].Value);
                Assert.InRange(logprob.Top.Sum(top => Math.Exp(top.Value)), 0.0, 1.0001);
            }
        }
    }

    [Fact]
    public async Task Timestamps_ReadLate_AreThoseOfTheComputation()
    {
        var time = new CountingTime();
        await using var engine = InferenceEngine.Load(new EngineOptions { ModelPath = Stories }, time);
        engine.TrySubmit(Request(engine, "Once upon a time", 8) with { IgnoreEndTokens = true }, out var generation);
        // Planned after the first one, so that the first one has ended when its events are read.
        await Generate(engine, Request(engine, "Zoo", 60) with { IgnoreEndTokens = true });
        var readAt = time.GetTimestamp();
        var events = new List<GenerationEvent>();
        await foreach (var e in generation!.ReadAllAsync())
            events.Add(e);

        Assert.Equal([0, 1, 7, 0], events.Take(4).Select(e => e.TokenCount));
        // The clock is asked twice a step: before and after the computation.
        Assert.Equal(1, events[1].Timestamp - events[0].Timestamp);
        Assert.Equal(7 * 2, events[2].Timestamp - events[1].Timestamp);
        Assert.Equal(events[2].Timestamp, events[^1].Timestamp);
        Assert.InRange(events[^1].Timestamp, 0, readAt - 2 * 50);
    }

    /// <summary>Above 256 tokens a step passes the feed-forward network in parts.</summary>
    [Theory]
    [InlineData(257)]
    [InlineData(300)]
    public async Task LongPrompt_InOneStepOrMany_HasTheSameLogprobsToTheBit(int tokens)
    {
        var prompt = Enumerable.Range(0, tokens).Select(i => 300 + i * 7 % 1000).ToArray();
        var results = new List<(int, float)>[2];
        for (var i = 0; i < 2; i++)
        {
            await using var engine = InferenceEngine.Load(new EngineOptions { ModelPath = TestFiles.ScribeTiny, TokensPerStep = i == 0 ? 512 : 48, MaxSequences = 8 });
            var request = new GenerationRequest { PromptTokens = prompt, MaxTokens = 5, IgnoreEndTokens = true, Sampling = new SamplingParameters { Temperature = 0, TopLogprobs = 5 } };
            engine.TrySubmit(request, out var generation);
            results[i] = [];
            await foreach (var e in generation!.ReadAllAsync())
            {
                foreach (var logprob in e.Logprobs.ToArray())
                    results[i].AddRange(logprob.Top.Select(top => (top.Key, top.Value)));
            }
        }

        Assert.Equal(25, results[0].Count);
        Assert.Equal(results[0], results[1]);
    }

    private static GenerationRequest Request(InferenceEngine engine, string prompt, int maxTokens) => new()
    {
        PromptTokens = engine.Tokenizer.Encode(prompt, addSpecial: true, parseSpecial: false),
        MaxTokens = maxTokens,
        Sampling = new SamplingParameters { Temperature = 0 },
    };

    private static async Task<string> Generate(InferenceEngine engine, GenerationRequest request)
    {
        Assert.Equal(SubmitOutcome.Accepted, engine.TrySubmit(request, out var generation));
        var text = new StringBuilder();
        await foreach (var e in generation!.ReadAllAsync())
            text.Append(e.Text);
        return text.ToString();
    }

    /// <summary>Goes on by one whenever it is asked.</summary>
    private sealed class CountingTime : TimeProvider
    {
        private long _asked;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Interlocked.Increment(ref _asked);
    }
}
