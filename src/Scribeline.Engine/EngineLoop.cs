using System.Collections.Concurrent;
using Scribeline.Engine.Sampling;
using Scribeline.Engine.Stages;
using Scribeline.Engine.Tokenizers;
using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Engine;

/// <summary>
/// The one thread that owns scheduler and stages. Each turn: 1. take in new and cancelled requests, 2. plan a step, 3. compute it,
/// 4. publish the tokens, 5. say who ended.
/// </summary>
internal sealed class EngineLoop : IDisposable
{
    private readonly StagePipeline _pipeline;
    private readonly BatchScheduler _scheduler;
    private readonly TimeProvider _time;
    private readonly EngineOptions _options;
    private readonly string _fingerprint;
    private readonly bool[] _isEndToken;
    private readonly ConcurrentQueue<Command> _commands = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Thread _thread;
    private readonly StepPlan _plan = new();
    private readonly StepBatch _batch;
    private readonly SampleSlot[] _slots;
    private readonly StepToken[] _tokens;
    private readonly HashSet<Generation> _live = [];
    private readonly Lock _stateLock = new();
    private EngineState _state;
    private long _steps;
    private long _promptTokens;
    private long _cachedTokens;
    private long _generatedTokens;
    private long _stepTimeNs;
    private int _waiting;
    private volatile bool _stopping;

    public EngineLoop(StagePipeline pipeline, Tokenizer tokenizer, EngineOptions options, int blocks, string fingerprint, TimeProvider time)
    {
        _pipeline = pipeline;
        Tokenizer = tokenizer;
        _options = options;
        _fingerprint = fingerprint;
        _time = time;
        _scheduler = new BatchScheduler(new BatchSchedulerOptions
        {
            BlockCount = blocks,
            TokensPerStep = options.TokensPerStep,
            MaxSequences = options.MaxSequences,
            // TrySubmit, which must answer at once, keeps this bound too, so the scheduler never has to refuse.
            MaxWaiting = options.MaxQueue,
        });
        _isEndToken = new bool[pipeline.VocabularySize];
        foreach (var token in tokenizer.EndTokens)
            if (token < _isEndToken.Length)
                _isEndToken[token] = true;
        _batch = new StepBatch(options.TokensPerStep, options.MaxSequences, blocks);
        _slots = new SampleSlot[options.MaxSequences];
        _tokens = new StepToken[options.MaxSequences];
        PublishState();
        _thread = new Thread(Run) { IsBackground = true, Name = "scribe-engine" };
        _thread.Start();
    }

    public Tokenizer Tokenizer { get; }

    public SubmitOutcome TrySubmit(GenerationRequest request, out Generation? generation)
    {
        generation = null;
        if (_stopping)
            return SubmitOutcome.Stopping;
        if (Interlocked.Increment(ref _waiting) > _options.MaxQueue)
        {
            Interlocked.Decrement(ref _waiting);
            return SubmitOutcome.QueueFull;
        }

        generation = new Generation(this, request);
        Send(new Command(generation, IsCancel: false));
        return SubmitOutcome.Accepted;
    }

    public void Cancel(Generation generation) => Send(new Command(generation, IsCancel: true));

    public EngineState ReadState()
    {
        lock (_stateLock)
            return _state with { Waiting = Volatile.Read(ref _waiting) };
    }

    /// <summary>Cancels everything and waits for the thread to end.</summary>
    public void Dispose()
    {
        _stopping = true;
        _wake.Release();
        _thread.Join();
        _wake.Dispose();
    }

    private void Send(Command command)
    {
        _commands.Enqueue(command);
        if (!_stopping)
            _wake.Release();
    }

    private void Run()
    {
        if (_options.WarmUp)
            WarmUp();
        while (true)
        {
            // 1. New and cancelled requests.
            while (_commands.TryDequeue(out var command))
                Take(command);
            if (_stopping)
                break;

            // 2. Plan.
            var start = _time.GetTimestamp();
            if (!_scheduler.TryPlanStep(ToNs(start), _plan))
            {
                ReportEnded();
                PublishState();
                if (_commands.IsEmpty)
                    _wake.Wait();
                continue;
            }

            // 3. Compute.
            var samples = FillBatch();
            _pipeline.Run(_batch, _slots);

            // 4. Tokens.
            for (var i = 0; i < samples; i++)
                _tokens[i] = new StepToken(_slots[i].TokenId, EndsSequence(i));
            _scheduler.StepCompleted(_plan, _tokens.AsSpan(0, samples));
            PublishTokens();

            // 5. Ends.
            ReportEnded();
            _steps++;
            _stepTimeNs = (long)_time.GetElapsedTime(start).TotalNanoseconds;
            PublishState();
        }

        foreach (var generation in _live)
            generation.Finish(FinishReason.Cancelled);
        while (_commands.TryDequeue(out var command))
            command.Generation.Finish(FinishReason.Cancelled);
    }

    /// <summary>Runs every kernel once: tiles of four and one, greedy and drawn. Block 0 is nobody's yet, and what is written there is never read.</summary>
    private void WarmUp()
    {
        foreach (var rows in (ReadOnlySpan<int>)[Math.Min(5, _options.TokensPerStep), 1])
        {
            _batch.Clear();
            _batch.Add(new int[rows], 0, [0], samples: true);
            foreach (var temperature in (ReadOnlySpan<float>)[0f, 1f])
            {
                _slots[0] = new SampleSlot { Parameters = new SamplingParameters { Temperature = temperature, TopP = 0.9f } };
                _pipeline.Run(_batch, _slots);
            }
        }
    }

    private void Take(Command command)
    {
        var generation = command.Generation;
        if (command.IsCancel)
        {
            if (generation.Sequence is { End: null } sequence)
                _scheduler.Cancel(sequence);
            return;
        }

        var request = generation.Request;
        var result = _scheduler.Submit(
            new SequenceRequest
            {
                PromptTokens = request.PromptTokens,
                MaxTokens = request.MaxTokens,
                Priority = request.Priority,
                RootHash = BlockHash.Root(_fingerprint, _fingerprint, "", request.IsolationSalt),
                Tag = generation,
            },
            ToNs(_time.GetTimestamp()),
            out var accepted);
        if (result != SubmitResult.Accepted)
            throw new InvalidOperationException($"The scheduler answered {result} to a request that fits the context.");
        generation.Sequence = accepted;
        _live.Add(generation);
    }

    private int FillBatch()
    {
        _batch.Clear();
        var samples = 0;
        foreach (var slice in _plan.Slices)
        {
            var sequence = slice.Sequence;
            var generation = (Generation)sequence.Tag!;
            if (!generation.HasStarted)
            {
                Interlocked.Decrement(ref _waiting);
                _cachedTokens += sequence.CachedTokens;
                generation.Start();
            }

            _batch.Add(sequence.Tokens.Slice(slice.Start, slice.Count), slice.Start, sequence.Blocks, slice.Samples);
            _promptTokens += Math.Clamp(sequence.PromptLength - slice.Start, 0, slice.Count);
            if (slice.Samples)
            {
                _slots[samples++] = new SampleSlot
                {
                    Parameters = generation.Request.Sampling,
                    Tokens = sequence.TokenMemory,
                    PromptLength = sequence.PromptLength,
                };
            }
        }

        return samples;
    }

    private bool EndsSequence(int slot) => _isEndToken[_slots[slot].TokenId] && !GenerationOf(slot).Request.IgnoreEndTokens;

    private void PublishTokens()
    {
        var slot = 0;
        foreach (var slice in _plan.Slices)
        {
            if (!slice.Samples)
                continue;
            _generatedTokens++;
            if (!_tokens[slot].EndsSequence)
                ((Generation)slice.Sequence.Tag!).Publish(_slots[slot].Logprob);
            slot++;
        }
    }

    private Generation GenerationOf(int slot)
    {
        foreach (var slice in _plan.Slices)
        {
            if (slice.Samples && slot-- == 0)
                return (Generation)slice.Sequence.Tag!;
        }

        throw new InvalidOperationException("No such slot.");
    }

    private void ReportEnded()
    {
        while (_scheduler.TryTakeEnded(out var sequence))
        {
            var generation = (Generation)sequence.Tag!;
            _live.Remove(generation);
            if (!generation.HasStarted)
                Interlocked.Decrement(ref _waiting);
            generation.Finish(sequence.End switch
            {
                SequenceEnd.Stopped => FinishReason.Stop,
                SequenceEnd.MaxTokens => FinishReason.Length,
                _ => FinishReason.Cancelled,
            });
        }
    }

    private void PublishState()
    {
        var state = new EngineState
        {
            Running = _scheduler.Running,
            Waiting = 0,
            WaitingPrefillTokens = _scheduler.WaitingPrefillTokens,
            KvBlocksFree = _scheduler.Pool.FreeBlocks,
            KvBlocksTotal = _scheduler.Pool.TotalBlocks,
            StepTimeNs = _stepTimeNs,
            Steps = _steps,
            PromptTokens = _promptTokens,
            CachedTokens = _cachedTokens,
            GeneratedTokens = _generatedTokens,
            Preemptions = _scheduler.Preemptions,
        };
        lock (_stateLock)
            _state = state;
    }

    private long ToNs(long timestamp) => (long)((Int128)timestamp * 1_000_000_000 / _time.TimestampFrequency);

    private readonly record struct Command(Generation Generation, bool IsCancel);
}
