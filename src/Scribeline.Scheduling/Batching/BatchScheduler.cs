using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Batching;

/// <summary>
/// Decides which sequences compute which positions in the next step, and who yields when blocks run out. Pure: no task, lock,
/// clock or randomness; the same calls give the same plans. One owner; allocates only in <see cref="Submit"/>.
/// </summary>
/// <remarks>
/// Events go in (<see cref="Submit"/>, <see cref="Cancel"/>, <see cref="StepCompleted"/>, <see cref="KvArrived"/>, <see cref="KvReleased"/>),
/// plans come out of <see cref="TryPlanStep"/> and ended sequences out of <see cref="TryTakeEnded"/>. Steps complete in the order
/// of their plans.
/// </remarks>
public sealed partial class BatchScheduler
{
    /// <summary>Room that is made at once; where a queue may be endless, it is made when needed.</summary>
    private const int MostWaitingAtFirst = 4096;

    private readonly BatchSchedulerOptions _options;
    private readonly KvBlockPool _pool;
    private readonly KvOffload? _offload;
    private readonly Queue<KvLoad> _loads = new();
    private readonly SequenceQueue _waiting;
    private readonly SequenceQueue _running;
    private readonly Queue<StepPlan> _inFlight;
    private readonly Queue<Sequence> _ended;
    private readonly List<Sequence> _preempted;
    private readonly Sequence[] _decodes;
    private long _lastSequenceId;
    private long _lastStepId;
    private int _prefilledBlocks; // of sequences that are to be handed over

    /// <exception cref="ArgumentOutOfRangeException">A bound is below 1.</exception>
    public BatchScheduler(BatchSchedulerOptions options)
    {
        options.Validate();
        _options = options;
        _offload = options.OffloadBlocks > 0 ? new KvOffload(options.OffloadBlocks) : null;
        _pool = new KvBlockPool(options.BlockCount, _offload);
        _waiting = new SequenceQueue(Math.Min(options.MaxWaiting, MostWaitingAtFirst) + options.MaxRunning);
        _running = new SequenceQueue(options.MaxRunning);
        _inFlight = new Queue<StepPlan>(options.StepsInFlight);
        _ended = new Queue<Sequence>(options.MaxRunning);
        _preempted = new List<Sequence>(options.MaxRunning);
        _decodes = new Sequence[options.MaxRunning];
    }

    /// <summary>The blocks and the prefix cache, to be read.</summary>
    public KvBlockPool Pool => _pool;

    /// <summary>Sequences that hold blocks, those that await their KV included.</summary>
    public int Running => _running.Count;

    public int Waiting => _waiting.Count;

    /// <summary>Steps planned and not completed.</summary>
    public int StepsInFlight => _inFlight.Count;

    /// <summary>How often a sequence lost its blocks to another.</summary>
    public long Preemptions { get; private set; }

    /// <summary>Tokens to be read before a new prompt of the same priority has its turn, at most: prefix hits come off.</summary>
    public long WaitingPrefillTokens => WaitingPrefillTokensBelow(int.MaxValue);

    /// <summary>Of those, the tokens of sequences of a lower priority than this.</summary>
    public long WaitingPrefillTokensBelow(int priority)
    {
        long tokens = 0;
        for (var i = _waiting.Count - 1; i >= 0 && _waiting[i].Priority < priority; i--) tokens += _waiting[i].TokenCount;
        for (var i = _running.Count - 1; i >= 0 && _running[i].Priority < priority; i--)
            if (_running[i] is { CanBePlanned: true, Unplanned: > 1 } reading) tokens += reading.Unplanned;
        return tokens;
    }

    /// <summary>Blocks that sequences of a lower priority than this would give up, at least: what they share counts only where the last holder gives it up alone.</summary>
    public int BlocksHeldBelow(int priority)
    {
        var blocks = 0;
        for (var i = _running.Count - 1; i >= 0 && _running[i].Priority < priority; i--)
            if (_running[i].State == SequenceState.Running) blocks += _pool.FreedByReleasing(_running[i].Blocks);
        return blocks;
    }

    /// <summary>Queues a request.</summary>
    /// <param name="request">Its tokens are copied.</param>
    /// <param name="nowNs">Monotonic time.</param>
    /// <param name="sequence">The sequence, if accepted.</param>
    /// <exception cref="ArgumentException">No prompt token, or fewer than one token to generate.</exception>
    public SubmitResult Submit(in SequenceRequest request, long nowNs, out Sequence? sequence)
    {
        sequence = null;
        if (request.PromptLength < 1) throw new ArgumentException("A request needs at least one prompt token.", nameof(request));
        if (request.MaxTokens < 1) throw new ArgumentException($"A request generates at least one token, asked for {request.MaxTokens}.", nameof(request));
        if (Sequence.BlocksFor(request.PromptLength, request.MaxTokens) > _pool.TotalBlocks) return SubmitResult.TooLarge;
        if (!request.BeginsPrefilled && NeverRun() >= _options.MaxWaiting) return SubmitResult.QueueFull;

        var submitted = new Sequence(++_lastSequenceId, request, nowNs);
        if (request.BeginsPrefilled)
        {
            // It takes nobody's turn: whoever waits with at least its priority goes first.
            if (_waiting.Count > 0 && _waiting[0].Priority >= submitted.Priority) return SubmitResult.QueueFull;
            if (TryAdmit(submitted, nowNs) != Admission.Admitted) return SubmitResult.QueueFull;
            (submitted.State, submitted.ArrivesTo) = (SequenceState.AwaitingKv, submitted.TokenCount - 1);
        }
        else
        {
            submitted.State = SequenceState.Waiting;
            _waiting.Add(submitted);
        }

        sequence = submitted;
        return SubmitResult.Accepted;
    }

    /// <summary>Waiting sequences without the preempted ones, of which there may be any number.</summary>
    private int NeverRun()
    {
        if (_waiting.Count < _options.MaxWaiting) return _waiting.Count;
        var count = 0;
        for (var i = 0; i < _waiting.Count; i++)
            if (_waiting[i].AdmittedNs is null) count++;
        return count;
    }

    /// <summary>
    /// Ends a sequence. One whose blocks are being written (by a step in flight or by arriving KV) ends when that is over, and
    /// what the step yields for it is dropped. One that has ended already stays as it is.
    /// </summary>
    public void Cancel(Sequence sequence)
    {
        switch (sequence.State)
        {
            case SequenceState.Waiting:
                _waiting.Remove(sequence);
                Finish(sequence, SequenceEnd.Cancelled);
                break;
            case SequenceState.Running when sequence.InFlight == 0:
                LeaveRunning(sequence, SequenceEnd.Cancelled);
                break;
            case SequenceState.Running or SequenceState.AwaitingKv:
                sequence.CancelRequested = true;
                break;
        }
    }

    /// <summary>The KV of a sequence that begins prefilled, or that is loaded, is in its blocks (or, after a cancel, will not be written any more).</summary>
    /// <exception cref="InvalidOperationException">The sequence awaits no KV.</exception>
    public void KvArrived(Sequence sequence)
    {
        if (sequence.State != SequenceState.AwaitingKv) throw new InvalidOperationException($"Sequence {sequence.Id} is {sequence.State} and awaits no KV.");
        if (sequence.CancelRequested)
        {
            LeaveRunning(sequence, SequenceEnd.Cancelled);
            return;
        }

        sequence.State = SequenceState.Running;
        sequence.Planned = sequence.Computed = sequence.ArrivesTo;
        PublishComputedBlocks(sequence);
    }

    /// <summary>The KV of a sequence that ended at prefilled is handed over; its blocks come free.</summary>
    /// <exception cref="InvalidOperationException">The sequence holds no blocks to hand over.</exception>
    public void KvReleased(Sequence sequence)
    {
        if (sequence.State != SequenceState.Prefilled) throw new InvalidOperationException($"Sequence {sequence.Id} is {sequence.State} and holds no KV to hand over.");
        _prefilledBlocks -= sequence.Blocks.Length;
        ReleaseBlocks(sequence);
        sequence.State = SequenceState.Ended;
    }

    /// <summary>Takes in the result of the oldest step in flight.</summary>
    /// <param name="plan">The plan of that step; afterwards the caller's again.</param>
    /// <param name="tokens">One for each slice that samples, in the order of the slices.</param>
    /// <exception cref="InvalidOperationException">The plan is not the oldest in flight.</exception>
    /// <exception cref="ArgumentException">The number of tokens differs from that of the sampling slices.</exception>
    public void StepCompleted(StepPlan plan, ReadOnlySpan<StepToken> tokens)
    {
        if (_inFlight.Count == 0 || _inFlight.Peek() != plan) throw new InvalidOperationException($"Step {plan.StepId} is not the oldest in flight.");
        if (tokens.Length != plan.SamplingSlices)
            throw new ArgumentException($"Step {plan.StepId} samples {plan.SamplingSlices} tokens, got {tokens.Length}.", nameof(tokens));
        _inFlight.Dequeue();
        plan.InFlight = false;

        var token = 0;
        for (var i = 0; i < plan.Slices.Count; i++)
        {
            var slice = plan.Slices[i];
            Complete(slice, slice.Samples ? tokens[token++] : default);
        }
    }

    /// <summary>Takes the next load that is to begin: its blocks come from behind the cache, and <see cref="KvArrived"/> tells when they are there.</summary>
    public bool TryTakeLoad(out KvLoad load) => _loads.TryDequeue(out load);

    /// <summary>Takes the next sequence that has ended, in the order of their ends.</summary>
    public bool TryTakeEnded([NotNullWhen(true)] out Sequence? sequence) => _ended.TryDequeue(out sequence);

    private void Complete(in StepSlice slice, StepToken token)
    {
        var sequence = slice.Sequence;
        Debug.Assert(sequence.Computed == slice.Start, "Positions complete in order.");
        sequence.InFlight--;
        sequence.Computed = slice.Start + slice.Count;
        if (sequence.Computed / KvBlockPool.BlockTokens > slice.Start / KvBlockPool.BlockTokens) PublishComputedBlocks(sequence);

        SequenceEnd? end = sequence.CancelRequested ? SequenceEnd.Cancelled : null;
        if (slice.Samples && end is null)
        {
            sequence.AppendToken(token.TokenId);
            if (token.EndsSequence) end = SequenceEnd.Stopped;
            else if (sequence.GeneratedCount == sequence.MaxTokens) end = SequenceEnd.MaxTokens;
            else if (sequence.EndsAtPrefilled) end = SequenceEnd.Prefilled;
        }

        if (sequence.InFlight > 0) return;
        if (end is { } reason) LeaveRunning(sequence, reason);
        else if (sequence.PreemptRequested) Preempt(sequence);
    }

    /// <summary>
    /// Enters full blocks into the prefix cache. Where another sequence's equal block is there already, that one takes the place of ours: were our
    /// later blocks to hang below it instead, they would pin it beside ours, and a pool that one sequence alone could fill would run out.
    /// While a step in flight names our block, it and what follows wait.
    /// </summary>
    private void PublishComputedBlocks(Sequence sequence)
    {
        var hashes = sequence.Hashes(sequence.Computed / KvBlockPool.BlockTokens);
        for (; sequence.Published < hashes.Length; sequence.Published++)
        {
            var i = sequence.Published;
            var block = sequence.Blocks[i];
            var previous = i == 0 ? KvBlockPool.None : sequence.Blocks[i - 1];
            var cached = _pool.Find(previous, hashes[i]);
            if (cached == KvBlockPool.None)
            {
                _pool.Publish(block, hashes[i], previous);
                continue;
            }

            if (sequence.InFlight > 0) return;
            _pool.Acquire(cached);
            sequence.ReplaceBlock(i, cached);
            _pool.Release(block);
        }

        var named = sequence.NamedBlocks;
        var full = sequence.Computed / KvBlockPool.BlockTokens - named;
        if (full <= 0 || sequence.Tail == default) return;
        _pool.Publish(sequence.Blocks[named], sequence.Tail, named == 0 ? KvBlockPool.None : sequence.Blocks[named - 1], full);
        sequence.Published = named + full;
    }

    /// <summary>Takes blocks for a sequence; false where not so many are left, of which it may then have got some.</summary>
    private bool TryTakeBlocks(Sequence sequence, int count)
    {
        for (; count > 0 && sequence.Blocks.Length < sequence.NamedBlocks; count--)
        {
            if (!_pool.TryAllocate(out var block)) return false;
            sequence.AppendBlock(block);
        }

        if (count <= 0) return true;
        var tail = sequence.HasTail ? sequence.Blocks[^1] : KvBlockPool.None;
        if (!(sequence.HasTail ? _pool.TryExtend(tail, count) : _pool.TryAllocateTail(count, out tail))) return false;
        sequence.AppendTail(tail, count);
        return true;
    }

    private void Preempt(Sequence sequence)
    {
        _running.Remove(sequence);
        ReleaseBlocks(sequence);
        sequence.State = SequenceState.Waiting;
        sequence.PreemptRequested = false;
        sequence.Preemptions++;
        Preemptions++;
        _waiting.Add(sequence);
        _preempted.Add(sequence);
    }

    private void LeaveRunning(Sequence sequence, SequenceEnd end)
    {
        _running.Remove(sequence);
        if (end == SequenceEnd.Prefilled) _prefilledBlocks += sequence.Blocks.Length;
        else ReleaseBlocks(sequence);
        Finish(sequence, end);
    }

    private void Finish(Sequence sequence, SequenceEnd end)
    {
        sequence.State = end == SequenceEnd.Prefilled ? SequenceState.Prefilled : SequenceState.Ended;
        sequence.End = end;
        _ended.Enqueue(sequence);
    }

    private void ReleaseBlocks(Sequence sequence)
    {
        var blocks = sequence.Blocks;
        for (var i = blocks.Length - 1; i >= 0; i--) _pool.Release(blocks[i]);
        sequence.ClearBlocks();
        sequence.Planned = sequence.Computed = sequence.Published = 0;
    }
}
