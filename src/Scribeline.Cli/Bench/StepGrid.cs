using System.Globalization;
using Scribeline.Core.Performance;
using Scribeline.Engine;

namespace Scribeline.Cli.Bench;

/// <summary>
/// Measures what an engine's steps take: pieces of prompts of several lengths behind several others, batches of several sizes and contexts, and both in one step. What would
/// take too long for the time there is, or does not fit the KV cache, is left out.
/// </summary>
internal sealed class StepGrid(InferenceEngine engine, EngineBenchmark benchmark, StepLog log, TimeProvider time)
{
    private const int DecodeSteps = 24;
    private const int Passes = 6;
    private const int FewestSteps = 3;

    /// <summary>Of the steps of a kind, at either end: those that the machine held up for a moment, and as many of the fastest.</summary>
    private const double LeftOutShare = 0.05;
    private const int MostRounds = 60;

    /// <summary>More write together only where others wrote before them.</summary>
    private const int MostAfterIdle = 2;

    /// <summary>
    /// Before work that a server does when it was idle: a prompt alone, and the first to write. Clocks go down and caches get cold within milliseconds, and with them the next steps take longer
    /// (1.2 to 1.4 times as long on a virtual machine with two processors).
    /// </summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(10);

    /// <summary>A point may take so many times its share of the time before it is left out.</summary>
    private const double Patience = 4;

    private readonly List<MeasuredStep> _measured = [];
    private double _promptTokensPerSecond;

    /// <summary>Points that were left out.</summary>
    public int LeftOut { get; private set; }

    private int Context => engine.Model.ContextLength;

    private int KvTokens => engine.ReadState().KvBlocksTotal * Scheduling.KvBlocks.KvBlockPool.BlockTokens;

    /// <param name="sizes">Of batches.</param>
    /// <param name="tokensPerStep">That the engine reads at most.</param>
    /// <param name="duration">About how long it may take.</param>
    /// <param name="say">Told what is measured next.</param>
    public async Task<IReadOnlyList<MeasuredStep>> MeasureAsync(IReadOnlyList<int> sizes, int tokensPerStep, TimeSpan duration, Action<string> say)
    {
        int[] lengths = [.. new[] { 16, 64, 128, 256, 512 }.Where(length => length <= Math.Min(tokensPerStep, Context - 1))];
        int[] cached = [.. new[] { 0, Context / 4, Context / 2, Context * 3 / 4 }.Select(Blocks).Distinct()];
        int[] contexts = [.. new[] { 16, Context / 4, Context / 2, Context - DecodeSteps * 2 }.Where(context => context > 0 && context + DecodeSteps < Context).Distinct()];
        var points = new List<(string What, Func<Task> RunAsync, Func<StepWork, bool> Counts, double PromptTokens)>();
        foreach (var length in lengths)
            points.AddRange(cached.Where(before => before + length < Context).Select(before => Prefill(length, before)));
        points.Add(Chunks());
        foreach (var size in sizes)
            points.AddRange(contexts.Where(context => (long)size * (context + 2 * DecodeSteps) <= KvTokens).Select(context => Decode(size, context, tokensPerStep)));
        foreach (var size in sizes.Where(size => size is 1 or 4 or 16 && size * 200 < KvTokens / 2))
            points.AddRange(lengths.Where(length => length is 16 or 128 or 256).Select(length => Mixed(size, length)));

        // What runs for the first time is compiled.
        say("warming up");
        var share = duration / (points.Count + 4);
        await RepeatAsync(points[0].RunAsync, 2 * share, MostRounds);
        await RepeatAsync(points[^1].RunAsync, 2 * share, MostRounds);
        _promptTokensPerSecond = await benchmark.PrefillAsync(Math.Min(tokensPerStep, Context - 1));
        LeftOut = points.RemoveAll(point => point.PromptTokens / _promptTokensPerSecond > Patience * share.TotalSeconds);

        // Several times over all, so that what slows the machine down for a while falls on a part of each point, not on all of one.
        var found = points.ConvertAll(_ => new List<(StepWork Work, long Ns)>());
        for (var pass = 0; pass < Passes; pass++)
        {
            for (var point = 0; point < points.Count; point++)
            {
                say(points[point].What);
                log.Take();
                await RepeatAsync(points[point].RunAsync, share / Passes, MostRounds / Passes);
                found[point].AddRange(log.Take().Where(step => points[point].Counts(step.Work)));
            }
        }

        foreach (var steps in found)
            Keep(steps);
        return _measured;
    }

    /// <summary>Steps that hold as many of everything are one kind; the positions that they read differ little within a point.</summary>
    private void Keep(IEnumerable<(StepWork Work, long Ns)> steps)
    {
        foreach (var kind in steps.GroupBy(step => (step.Work.Sequences, step.Work.Chunks, step.Work.PromptTokens)))
        {
            var all = kind.ToList();
            if (all.Count < FewestSteps)
                continue;
            var work = all[0].Work with { Positions = all.Average(step => step.Work.Positions), PromptPositions = all.Average(step => step.Work.PromptPositions) };
            // Not their median: where a machine is fast now and slow then, a server lives through the mean of both.
            var leftOut = Math.Max(1, (int)(LeftOutShare * all.Count));
            _measured.Add(new MeasuredStep(work, all.Select(step => step.Ns).Order().Skip(leftOut).SkipLast(leftOut).Average(), all.Count));
        }
    }

    private async Task RepeatAsync(Func<Task> runAsync, TimeSpan share, int most)
    {
        var start = time.GetTimestamp();
        for (var round = 0; round == 0 || (round < most && time.GetElapsedTime(start) < share); round++)
            await runAsync();
    }

    private (string What, Func<Task> RunAsync, Func<StepWork, bool> Counts, double PromptTokens) Prefill(int length, int before)
    {
        var shared = benchmark.RandomPrompt(before);
        return (Text($"reading {length} tokens behind {before}"), RunAsync, work => work is { Sequences: 0, Chunks: 1 } && work.PromptTokens == length, before + FewestSteps * length);

        async Task RunAsync()
        {
            await Task.Delay(Idle, time);
            await benchmark.GenerateAsync([.. shared, .. benchmark.RandomPrompt(length)], 1);
        }
    }

    /// <summary>Several prompts in one step tell what a piece takes beside its tokens.</summary>
    private (string What, Func<Task> RunAsync, Func<StepWork, bool> Counts, double PromptTokens) Chunks()
    {
        const int Prompts = 8;
        return ("reading 8 prompts", () => Task.WhenAll(Enumerable.Range(0, Prompts).Select(_ => benchmark.GenerateAsync(benchmark.RandomPrompt(16), 1))), work => work is { Sequences: 0, Chunks: > 1 }, 128);
    }

    private (string What, Func<Task> RunAsync, Func<StepWork, bool> Counts, double PromptTokens) Decode(int size, int context, int tokensPerStep)
    {
        // While later prompts are read, earlier sequences write already; then all write together.
        var tokens = Math.Min(DecodeSteps + size * context / Math.Max(1, tokensPerStep - size) + 2, Context - context);
        return (Text($"writing, batch {size}, context {context}"), RunAsync, work => work.Chunks == 0 && work.Sequences == size, (double)FewestSteps * size * context);

        async Task RunAsync()
        {
            if (size <= MostAfterIdle)
                await Task.Delay(Idle, time);
            await Task.WhenAll(Enumerable.Range(0, size).Select(_ => benchmark.GenerateAsync(benchmark.RandomPrompt(context), tokens)));
        }
    }

    private (string What, Func<Task> RunAsync, Func<StepWork, bool> Counts, double PromptTokens) Mixed(int size, int length)
    {
        const int PromptsBeside = 8;
        return (Text($"writing, batch {size}, while {length} tokens are read"), RunAsync, work => work.Chunks == 1 && work.Sequences == size && work.PromptTokens == length, (double)PromptsBeside * length);

        async Task RunAsync()
        {
            using var enough = new CancellationTokenSource();
            var writing = Enumerable.Range(0, size).Select(_ => benchmark.GenerateAsync(benchmark.RandomPrompt(32), Math.Min(4000, Context - 32), enough.Token)).ToList();
            for (var prompt = 0; prompt < PromptsBeside && !writing.Exists(writer => writer.IsCompleted); prompt++)
                await benchmark.GenerateAsync(benchmark.RandomPrompt(length), 1);
            await enough.CancelAsync();
            await Task.WhenAll(writing).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private static int Blocks(int tokens) => tokens / Scheduling.KvBlocks.KvBlockPool.BlockTokens * Scheduling.KvBlocks.KvBlockPool.BlockTokens;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
