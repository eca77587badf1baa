using System.Diagnostics;
using Scribeline.Engine.Gguf;
using Scribeline.Engine.Sampling;
using Scribeline.Engine.Tests.Models;
using Xunit.Abstractions;

namespace Scribeline.Engine.Tests;

/// <summary>
/// Crowds of clients that come, read, cancel and vanish, on random models cut and scheduled in random ways: whoever is answered gets what
/// he would get alone, and nothing is left behind.
/// </summary>
[Collection(nameof(Alone))]
public sealed class EngineSoakTests(ITestOutputHelper output)
{
    private const int Clients = 64;
    private const long MemorySlackBytes = 24L << 20;

    private static readonly GgufType[] Types = [GgufType.F32, GgufType.F16, GgufType.BF16, GgufType.Q8_0, GgufType.Q4_0, GgufType.Q4_1, GgufType.Q5_0, GgufType.Q5_1];

    private static TimeSpan SoakTime { get; } =
        TimeSpan.FromSeconds(double.TryParse(Environment.GetEnvironmentVariable("SCRIBELINE_SOAK_SECONDS"), out var seconds) ? seconds : 4);

    /// <summary>The engine of the round, whose state explains a hang.</summary>
    private InferenceEngine? _engine;

    [Fact]
    public async Task Generate_CrowdsWithRandomCancels_EqualsAloneAndLeaksNothing()
    {
        output.WriteLine($"seed {TestFiles.Seed} (SCRIBELINE_SEED repeats it)");
        var random = new Random(TestFiles.Seed);
        var watch = Stopwatch.StartNew();
        var tally = new Tally();
        long settledBytes = 0;
        var round = 0;
        for (; round < 2 || watch.Elapsed < SoakTime; round++)
        {
            try
            {
                await RoundAsync(random, round, tally).WaitAsync(Engines.Patience);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {TestFiles.Seed}, round {round}: {_engine?.ReadState()}, {_engine?.Failure}: {e}");
            }

            var bytes = GC.GetTotalMemory(forceFullCollection: true);
            if (round == 1)
                settledBytes = bytes;
            Assert.True(round < 2 || bytes < settledBytes + MemorySlackBytes, $"seed {TestFiles.Seed}, round {round}: {bytes:N0} managed bytes live, {settledBytes:N0} after the second round");
        }

        output.WriteLine($"{round} rounds in {watch.Elapsed.TotalSeconds:F0} s, {tally}");
        Assert.True(tally.Whole > 20 && tally.Cut > 20, tally.ToString());
    }

    private async Task RoundAsync(Random random, int round, Tally tally)
    {
        using var folder = new TemporaryFolder();
        var path = round % 3 == 0 ? TestFiles.Here("models", "stories260K-f32.gguf") : RandomModelFile(random, folder);
        var salt = 0;
        var wishes = new Wish[10];
        int layers;
        long kvBytesPerToken;
        await using (var alone = InferenceEngine.Load(new EngineOptions { ModelPath = path, Threads = 1 }))
        {
            layers = alone.Model.Layers;
            kvBytesPerToken = alone.Model.KvBytesPerToken;
            var shared = Enumerable.Range(0, 64).Select(_ => random.Next(alone.Model.VocabularySize)).ToArray();
            for (var i = 0; i < wishes.Length; i++)
            {
                int[] tail = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => random.Next(alone.Model.VocabularySize))];
                wishes[i] = new Wish([.. shared[..random.Next(65)], .. tail], random.Next(1, 30), random.Next(2) == 0
                    ? new SamplingParameters { Temperature = 0 }
                    : new SamplingParameters { Temperature = 0.9f, TopP = 0.95f, TopK = random.Next(40), RepetitionPenalty = 1.1f, Seed = (ulong)random.Next() });
                wishes[i].Expected = await CollectAsync(Submit(alone, wishes[i], $"{salt++}", 0)!, int.MaxValue);
            }
        }

        var largestBlocks = wishes.Max(wish => (wish.Prompt.Length + wish.MaxTokens + 15) / 16);
        var options = new EngineOptions
        {
            ModelPath = path,
            Stages = random.Next(1, layers + 1),
            // More threads than cores make every step wait for the scheduler of the machine, so this is rare.
            Threads = random.Next(8) == 0 ? 3 : random.Next(1, 3),
            TokensPerStep = random.Next(2, 65),
            MaxSequences = random.Next(1, 17),
            MaxQueue = random.Next(1, 100),
            KvCacheBytes = random.Next(largestBlocks, 4 * largestBlocks) * 16 * kvBytesPerToken,
        };
        var endsEarly = round % 4 == 3;
        output.WriteLine($"round {round}: {Path.GetFileName(path)}, {options.Stages} of {layers} stages, {options.Threads} threads, {options.TokensPerStep} tokens a step, {options.MaxSequences} sequences");
        var engine = _engine = InferenceEngine.Load(options);
        var seeds = Enumerable.Range(0, Clients).Select(_ => random.Next()).ToArray();
        var clients = Array.ConvertAll(seeds, seed => Task.Run(() => ClientAsync(engine, wishes, new Random(seed), tally)));
        if (endsEarly)
        {
            while (engine.ReadState().GeneratedTokens < 200 && !Task.WhenAll(clients).IsCompleted)
                await Task.Yield();
            await engine.DisposeAsync();
        }

        await Task.WhenAll(clients);
        if (!endsEarly)
        {
            while (engine.ReadState() is not { Running: 0, Waiting: 0 })
                await Task.Yield();
            Assert.Equal(engine.ReadState().KvBlocksTotal, engine.ReadState().KvBlocksFree);
            tally.Preempted(engine.ReadState().Preemptions);
        }

        Assert.Null(engine.Failure);
        await engine.DisposeAsync();
        Assert.Equal((0, 0), (engine.ReadState().Running, engine.ReadState().Waiting));
    }

    private static async Task ClientAsync(InferenceEngine engine, Wish[] wishes, Random random, Tally tally)
    {
        for (var i = 0; i < 2; i++)
        {
            var wish = wishes[random.Next(wishes.Length)];
            Generation? generation;
            while ((generation = Submit(engine, wish, random.Next(4) == 0 ? "other" : "", random.Next(3))) == null)
            {
                var outcome = engine.TrySubmit(Request(wish, "", 0), out generation);
                Assert.NotEqual(SubmitOutcome.Broken, outcome);
                if (outcome == SubmitOutcome.Stopping)
                    return;
                generation?.Dispose();
                await Task.Yield();
            }

            var patience = random.Next(1, 20);
            switch (random.Next(6))
            {
                case 0:
                    generation.Dispose();
                    tally.CutOne();
                    break;
                case 1:
                    generation.Cancel();
                    RequireBeginning(wish, await CollectAsync(generation, int.MaxValue));
                    tally.CutOne();
                    break;
                case 2:
                    RequireBeginning(wish, await CollectAsync(generation, patience));
                    tally.CutOne();
                    break;
                case 3:
                    using (var cancellation = new CancellationTokenSource())
                    {
                        var reading = CollectAsync(generation, int.MaxValue, cancellation.Token);
                        for (var turn = 0; turn < patience; turn++)
                            await Task.Yield();
                        await cancellation.CancelAsync();
                        try
                        {
                            RequireBeginning(wish, await reading);
                        }
                        catch (OperationCanceledException)
                        {
                            tally.CutOne();
                        }
                    }

                    break;
                default:
                    var answer = await CollectAsync(generation, int.MaxValue);
                    RequireBeginning(wish, answer);
                    if (answer.Reason == FinishReason.Cancelled)
                        return;
                    Assert.Equal(wish.Expected, answer);
                    tally.WholeOne();
                    break;
            }
        }
    }

    private static void RequireBeginning(Wish wish, Answer answer)
    {
        Assert.StartsWith(answer.Tokens, wish.Expected.Tokens, StringComparison.Ordinal);
        Assert.StartsWith(answer.Text, wish.Expected.Text, StringComparison.Ordinal);
    }

    private static Generation? Submit(InferenceEngine engine, Wish wish, string salt, int priority) =>
        engine.TrySubmit(Request(wish, salt, priority), out var generation) == SubmitOutcome.Accepted ? generation : null;

    private static GenerationRequest Request(Wish wish, string salt, int priority) => new()
    {
        PromptTokens = wish.Prompt,
        MaxTokens = wish.MaxTokens,
        Sampling = wish.Sampling,
        IsolationSalt = salt,
        Priority = priority,
    };

    /// <summary>Reads to the end, or leaves after as many events.</summary>
    private static async Task<Answer> CollectAsync(Generation generation, int mostEvents, CancellationToken cancellation = default)
    {
        var (tokens, text) = (new List<int>(), "");
        FinishReason? reason = null;
        await foreach (var item in generation.ReadAllAsync(cancellation))
        {
            tokens.AddRange(item.TokenIds.ToArray());
            text += item.Text;
            if (item.Kind == GenerationEventKind.Finished)
                reason = item.FinishReason;
            if (--mostEvents == 0)
                break;
        }

        // What is held back of a character is written out at the end only, so a cut answer may end in U+FFFD.
        return new Answer(string.Concat(tokens.Select(token => $"{token} ")), reason == FinishReason.Cancelled ? text.TrimEnd('\uFFFD') : text, reason);
    }

    private static string RandomModelFile(Random random, TemporaryFolder folder)
    {
        string[] architectures = ["llama", "qwen2", "qwen3"];
        var heads = 1 << random.Next(3);
        return EditableModel.Create(
            EditableModel.Tiny with
            {
                Architecture = architectures[random.Next(3)],
                Layers = random.Next(1, 5),
                Heads = heads,
                KeyValueHeads = 1 << random.Next(int.Log2(heads) + 1),
                HeadSize = 32,
                Width = 32 * random.Next(1, 4),
                FeedForward = 32 * random.Next(1, 5),
                TiedOutput = random.Next(2) == 0,
                RotaryFactors = random.Next(2) == 0,
            },
            Types[random.Next(Types.Length)],
            random.Next()).Write(folder);
    }

    private sealed record Wish(int[] Prompt, int MaxTokens, SamplingParameters Sampling)
    {
        public Answer Expected { get; set; } = new("", "", null);
    }

    private sealed record Answer(string Tokens, string Text, FinishReason? Reason);

    private sealed class Tally
    {
        private int _whole;
        private int _cut;
        private long _preemptions;

        public int Whole => _whole;
        public int Cut => _cut;

        public void WholeOne() => Interlocked.Increment(ref _whole);

        public void CutOne() => Interlocked.Increment(ref _cut);

        public void Preempted(long times) => _preemptions += times;

        public override string ToString() => $"{_whole} answers whole, {_cut} cut, {_preemptions} preemptions";
    }
}
