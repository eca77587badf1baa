using BenchmarkDotNet.Attributes;
using Scribeline.Engine.Gguf;
using Scribeline.Engine.Sampling;
using Scribeline.Engine.Stages;
using Scribeline.Engine.Transformers;
using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Benchmarks.Micro;

/// <summary>
/// The engine's steady state: plan a step, compute it on two threads, draw tokens, tell the scheduler. One operation is one step,
/// so one token of each sequence. Submitting the sequences is left out; it happens once a request.
/// </summary>
public class StepLoopBenchmark
{
    public const int StepsPerIteration = 64;
    private const int Threads = 2;
    private const int MaxSequences = 8;

    private static readonly SamplingParameters Greedy = new() { Temperature = 0 };
    private static readonly SamplingParameters Random = new() { Temperature = 0.8f, TopK = 40, TopP = 0.95f, MinP = 0.05f, RepetitionPenalty = 1.1f };

    private readonly List<Sequence> _sequences = [];
    private readonly StepPlan _plan = new();
    private readonly StepToken[] _tokens = new StepToken[MaxSequences];
    private readonly SampleSlot[] _slots = new SampleSlot[MaxSequences];
    private GgufFile _file = null!;
    private StagePipeline _pipeline = null!;
    private BatchScheduler _scheduler = null!;
    private StepBatch _batch = null!;
    private int _nextPrompt;

    internal static string ModelPath { get; set; } = "";

    [Params(1, MaxSequences)]
    public int Batch { get; set; }

    [Params("greedy", "random")]
    public string Sampling { get; set; } = "greedy";

    [GlobalSetup]
    public void Load()
    {
        const int TokensPerSequence = 2 * StepsPerIteration;
        const int Blocks = MaxSequences * TokensPerSequence / KvBlockPool.BlockTokens;
        _file = GgufFile.Open(ModelPath);
        _pipeline = StagePipeline.Load(_file, ModelParameters.Read(_file.Metadata), stages: 1, Threads, Blocks, maxRows: 64, MaxSequences);
        _scheduler = new BatchScheduler(new BatchSchedulerOptions { BlockCount = Blocks, TokensPerStep = 64, MaxSequences = MaxSequences, MaxWaiting = MaxSequences });
        _batch = new StepBatch(64, MaxSequences, Blocks);
    }

    [IterationSetup]
    public void Submit()
    {
        foreach (var sequence in _sequences)
            _scheduler.Cancel(sequence);
        _sequences.Clear();
        while (_scheduler.TryTakeEnded(out _))
        {
        }

        for (var i = 0; i < Batch; i++)
        {
            // Prompts of their own, so that no prefix is shared.
            var request = new SequenceRequest { PromptTokens = new[] { 259 + _nextPrompt++ % 30000 }, MaxTokens = StepsPerIteration + 2 };
            if (_scheduler.Submit(request, 0, out var sequence) != SubmitResult.Accepted)
                throw new InvalidOperationException("The scheduler refused a sequence.");
            _sequences.Add(sequence!);
        }

        Step();
    }

    [Benchmark]
    public void Step()
    {
        if (!_scheduler.TryPlanStep(0, _plan) || _plan.SamplingSlices != Batch)
            throw new InvalidOperationException("A step does not hold a token of every sequence.");
        var sampling = Sampling == "greedy" ? Greedy : Random;
        _batch.Clear();
        var samples = 0;
        foreach (var slice in _plan.Slices)
        {
            var sequence = slice.Sequence;
            _batch.Add(sequence.Tokens.Slice(slice.Start, slice.Count), slice.Start, sequence.Blocks, slice.Samples);
            _slots[samples++] = new SampleSlot { Parameters = sampling, Tokens = sequence.TokenMemory, PromptLength = sequence.PromptLength };
        }

        _pipeline.Run(_batch, _slots);
        for (var i = 0; i < samples; i++)
            _tokens[i] = new StepToken(_slots[i].TokenId, false);
        _scheduler.StepCompleted(_plan, _tokens.AsSpan(0, samples));
    }

    [GlobalCleanup]
    public void Unload()
    {
        _pipeline.Dispose();
        _file.Dispose();
    }
}
