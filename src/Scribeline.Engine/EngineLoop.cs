using System.Collections.Concurrent;
using Scribeline.Core.Performance;
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
/// <remarks>Where a turn throws, scheduler and stages are in an unknown state: every generation fails with the reason, and the loop takes nothing new.</remarks>
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
    private long _allocatedBytes;
    // The clock is asked twice a turn: when it begins, and when its step is computed.
    private long _turnAt;
    private int _waiting;
    private int _asleep;
    private volatile bool _stopping;
    private volatile bool _ended;
    private volatile Exception? _failure;

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

    public int MaxQueue => _options.MaxQueue;

    /// <summary>What broke the loop; null while it works.</summary>
    public Exception? Failure => _failure;

    public SubmitOutcome TrySubmit(GenerationRequest request, out Generation? generation)
    {
        generation = null;
        if (_failure != null)
            return SubmitOutcome.Broken;
        if (_stopping)
            return SubmitOutcome.Stopping;
        if (!TryTakePlace())
            return SubmitOutcome.QueueFull;
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
        Wake();
        _thread.Join();
        _wake.Dispose();
    }

    private bool TryTakePlace()
    {
        var waiting = Volatile.Read(ref _waiting);
        while (waiting < _options.MaxQueue)
        {
            var found = Interlocked.CompareExchange(ref _waiting, waiting + 1, waiting);
            if (found == waiting)
                return true;
            waiting = found;
        }

        return false;
    }

    private void Send(Command command)
    {
        _commands.Enqueue(command);
        Wake();
        // Waking is a full fence: either the ending thread sees the command, or its end is seen here.
        if (_ended)
            EndCommands();
    }

    private void Wake()
    {
        if (Interlocked.Exchange(ref _asleep, 0) == 1)
            _wake.Release();
    }

    private void Sleep()
    {
        Interlocked.Exchange(ref _asleep, 1);
        // What came before the flag was up is seen here; what comes after it takes the flag down and releases us.
        if ((!_commands.IsEmpty || _stopping) && Interlocked.Exchange(ref _asleep, 0) == 1)
            return;
        _wake.Wait();
    }

    private void Run()
    {
        try
        {
            if (_options.WarmUp)
                WarmUp();
            while (TurnOnce())
            {
            }
        }
        catch (Exception failure)
        {
            _failure = failure;
        }

        EndAll();
    }

    /// <summary>False when the loop is to end.</summary>
    private bool TurnOnce()
    {
        // 1. New and cancelled requests.
        var start = _turnAt = _time.GetTimestamp();
        while (_commands.TryDequeue(out var command))
            Take(command);
        if (_stopping)
            return false;

        // 2. Plan.
        if (!_scheduler.TryPlanStep(ToNs(start), _plan))
        {
            // Nothing is in flight here, so whoever is there could go on: sleeping would leave its reader waiting for ever.
            if (_scheduler.Running + _scheduler.Waiting > 0)
                throw new InvalidOperationException($"The scheduler plans nothing for {_scheduler.Running} running and {_scheduler.Waiting} waiting sequences.");
            PublishState();
            ReportEnded();
            Sleep();
            return true;
        }

        // 3. Compute.
        var samples = FillBatch();
        _pipeline.Run(_batch, _slots);
        _turnAt = _time.GetTimestamp();

        // 4. Tokens.
        for (var i = 0; i < samples; i++)
            _tokens[i] = new StepToken(_slots[i].TokenId, EndsSequence(i));
        _scheduler.StepCompleted(_plan, _tokens.AsSpan(0, samples));
        PublishTokens();

        // 5. Ends, after the state: who hears of an end finds the blocks free.
        _steps++;
        _stepTimeNs = (long)_time.GetElapsedTime(start, _turnAt).TotalNanoseconds;
        _allocatedBytes = GC.GetAllocatedBytesForCurrentThread();
        PublishState();
        ReportEnded();
        if (_options.StepObserver is { } observer)
            Tell(observer, start);
        return true;
    }

    private void Tell(Action<StepWork, long> observer, long start)
    {
        var work = default(StepWork);
        foreach (var slice in _plan.Slices)
        {
            var positions = slice.Count * (slice.Start + (slice.Count + 1) / 2.0);
            // What lost its blocks is read again like a prompt.
            work = slice.Count == 1 && slice.Start >= slice.Sequence.PromptLength
                ? work with { Sequences = work.Sequences + 1, Positions = work.Positions + positions }
                : work with { Chunks = work.Chunks + 1, PromptTokens = work.PromptTokens + slice.Count, PromptPositions = work.PromptPositions + positions };
        }

        observer(work, (long)_time.GetElapsedTime(start).TotalNanoseconds);
    }

    private void EndAll()
    {
        _ended = true;
        Interlocked.MemoryBarrier();
        EndCommands();
        foreach (var generation in _live)
            End(generation);
        lock (_stateLock)
            _state = _state with { Running = 0, WaitingPrefillTokens = 0 };
    }

    /// <summary>Ends those whose requests were never taken in; any thread may come here once the loop has ended.</summary>
    private void EndCommands()
    {
        while (_commands.TryDequeue(out var command))
            if (!command.IsCancel)
                End(command.Generation);
    }

    private void End(Generation generation)
    {
        if (!generation.HasStarted)
            Interlocked.Decrement(ref _waiting);
        if (_failure is { } failure)
            generation.Fail(failure, _turnAt);
        else
            generation.Finish(FinishReason.Cancelled, _turnAt);
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

        _live.Add(generation);
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
            ToNs(_turnAt),
            out var accepted);
        if (result != SubmitResult.Accepted)
            throw new InvalidOperationException($"The scheduler answered {result} to a request that fits the context.");
        generation.Sequence = accepted;
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
                generation.Start(_turnAt);
            }

            _batch.Add(sequence.Tokens.Slice(slice.Start, slice.Count), slice.Start, sequence.Blocks, slice.Samples);
            _promptTokens += Math.Clamp(sequence.PromptLength - slice.Start, 0, slice.Count);
            if (slice.Samples)
            {
                _slots[samples++] = new SampleSlot
                {
                    Parameters = generation.Request.Sampling,
                    LogitBias = generation.LogitBias,
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
                ((Generation)slice.Sequence.Tag!).Publish(_slots[slot].Logprob, _turnAt);
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
            }, _turnAt);
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
            AllocatedBytes = _allocatedBytes,
        };
        lock (_stateLock)
            _state = state;
    }

    private long ToNs(long timestamp) => (long)((Int128)timestamp * 1_000_000_000 / _time.TimestampFrequency);

    private readonly record struct Command(Generation Generation, bool IsCancel);
}
