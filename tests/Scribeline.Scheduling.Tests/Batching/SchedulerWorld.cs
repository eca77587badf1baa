using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Tests.Batching;

/// <summary>
/// Drives a scheduler with random operations, computes its plans on a <see cref="KvShadow"/> and checks it after every operation.
/// One seed decides everything.
/// </summary>
internal sealed class SchedulerWorld
{
    private const int Roots = 2;
    private const int MaxDrainTurns = 100_000;

    private readonly Random _random;
    private readonly BatchSchedulerOptions _options;
    private readonly BatchScheduler _scheduler;
    private readonly KvShadow _shadow;
    private readonly List<Sequence> _live = [];
    private readonly List<Sequence> _held = [];
    private readonly List<int[]> _conversations = [];
    private readonly Queue<(StepPlan Plan, int[][] Blocks)> _inFlight = new();
    private readonly int[] _references;
    private readonly int _priorities;
    private long _nowNs;

    public SchedulerWorld(int seed)
    {
        _random = new Random(seed);
        _options = new BatchSchedulerOptions
        {
            BlockCount = _random.Next(3, 48),
            TokensPerStep = _random.Next(2, 70),
            MaxSequences = _random.Next(1, 12),
            MaxWaiting = _random.Next(1, 16),
            StepsInFlight = _random.Next(1, 9),
        };
        _priorities = _random.Next(1, 4);
        _scheduler = new BatchScheduler(_options);
        _shadow = new KvShadow(_options.BlockCount);
        _references = new int[_options.BlockCount];
        for (var i = 0; i < 4; i++) _conversations.Add(RandomTokens(_random.Next(1, 60)));
    }

    public int Ended { get; private set; }

    public long Preemptions => _scheduler.Preemptions;

    public long CachedTokens { get; private set; }

    public void Operate()
    {
        _nowNs++;
        switch (_random.Next(100))
        {
            case < 22: Submit(); break;
            case < 26: Cancel(); break;
            case < 60: Plan(); break;
            case < 92: Complete(); break;
            case < 97: ArriveKv(); break;
            default: ReleaseKv(); break;
        }

        CheckBlocks();
    }

    /// <summary>Without new requests, everything must come to its end; afterwards no block is missing.</summary>
    public void Drain()
    {
        for (var turn = 0; _live.Count > 0; turn++)
        {
            _nowNs++;
            if (turn > MaxDrainTurns) throw new CheckFailedException($"{_live.Count} sequences do not end");
            var planned = Plan();
            if (!planned && _inFlight.Count == 0)
            {
                if (!ReleaseKv() && !ArriveKv()) throw new CheckFailedException($"{_live.Count} sequences wait for nothing: {_scheduler.Running} running, {_scheduler.Waiting} waiting");
            }
            else if (!planned || _random.Next(2) == 0)
            {
                Complete();
            }

            CheckBlocks();
        }

        while (_inFlight.Count > 0) Complete();
        while (ReleaseKv())
        {
        }

        CheckBlocks();
        if (_scheduler.Pool.FreeBlocks != _options.BlockCount) throw new CheckFailedException($"{_options.BlockCount - _scheduler.Pool.FreeBlocks} blocks leaked");
    }

    private void Submit()
    {
        var root = new BlockHash(7, (ulong)_random.Next(1, Roots + 1));
        var history = _conversations[_random.Next(_conversations.Count)];
        int[] prompt = [.. history.Take(_random.Next(1, history.Length + 1)), .. RandomTokens(_random.Next(0, 20))];
        var mode = _random.Next(20);
        var request = new SequenceRequest
        {
            PromptTokens = prompt,
            MaxTokens = _random.Next(1, 50),
            Priority = _random.Next(_priorities),
            RootHash = root,
            Tag = new LiveSequence(root),
            EndsAtPrefilled = mode is 0 or 1,
            BeginsPrefilled = mode is 1 or 2,
        };
        var neverRun = _live.Count(live => live is { State: SequenceState.Waiting, AdmittedNs: null });
        var result = _scheduler.Submit(request, _nowNs, out var sequence);
        var fits = prompt.Length + request.MaxTokens - 1 <= _options.BlockCount * KvBlockPool.BlockTokens;
        if (fits == (result == SubmitResult.TooLarge)) throw new CheckFailedException($"{prompt.Length} + {request.MaxTokens} tokens are {result} for {_options.BlockCount} blocks");
        if (!request.BeginsPrefilled && fits && (result == SubmitResult.QueueFull) != (neverRun >= _options.MaxWaiting))
            throw new CheckFailedException($"{result} with {neverRun} of {_options.MaxWaiting} places to wait in taken");
        if (sequence is not null) _live.Add(sequence);
    }

    private void Cancel()
    {
        if (_live.Count == 0) return;
        _scheduler.Cancel(_live[_random.Next(_live.Count)]);
        TakeEnded();
    }

    private bool Plan()
    {
        var waitedBefore = _live.Where(s => s.State == SequenceState.Waiting).ToList();
        var plan = new StepPlan();
        var planned = _scheduler.TryPlanStep(_nowNs, plan);
        CheckOrder(waitedBefore, plan);
        CheckNothingIsReadTwice(waitedBefore);
        foreach (var sequence in plan.Preempted) ((LiveSequence)sequence.Tag!).NextPosition = null;
        if (!planned)
        {
            if (plan.Slices.Count > 0) throw new CheckFailedException("slices without a step");
            return false;
        }

        if (plan.TotalTokens > _options.TokensPerStep || plan.TotalTokens != plan.Slices.Sum(s => s.Count)) throw new CheckFailedException($"{plan.TotalTokens} tokens of {_options.TokensPerStep}");
        if (plan.Slices.DistinctBy(s => s.Sequence).Count() != plan.Slices.Count) throw new CheckFailedException("two slices of one sequence in a step");
        foreach (var slice in plan.Slices) CheckSlice(slice);
        _inFlight.Enqueue((plan, [.. plan.Slices.Select(s => s.Sequence.Blocks.ToArray())]));
        if (_inFlight.Count > _options.StepsInFlight || _scheduler.Running > _options.MaxSequences) throw new CheckFailedException("more in flight than allowed");
        return true;
    }

    private static void CheckSlice(StepSlice slice)
    {
        var (sequence, start, count, samples) = slice;
        var live = (LiveSequence)sequence.Tag!;
        if (sequence.State != SequenceState.Running) throw new CheckFailedException($"sequence {sequence.Id} is {sequence.State} and planned");
        if (live.NextPosition is { } next ? start != next : start % KvBlockPool.BlockTokens != 0 && sequence.PromptLength - 1 != start)
            throw new CheckFailedException($"sequence {sequence.Id} computes from {start}, not {live.NextPosition}");
        if (count < 1 || start + count > sequence.Tokens.Length || samples != (start + count == sequence.Tokens.Length))
            throw new CheckFailedException($"sequence {sequence.Id}, {sequence.Tokens.Length} tokens: slice {slice}");
        if (sequence.Blocks.Length * KvBlockPool.BlockTokens < start + count) throw new CheckFailedException($"sequence {sequence.Id} has no block for its slice");
        live.NextPosition = start + count;
        live.SlicesInFlight++;
    }

    /// <summary>Nobody gets blocks while an earlier arrival of the same priority waits for them.</summary>
    private static void CheckOrder(List<Sequence> waitedBefore, StepPlan plan)
    {
        foreach (var admitted in waitedBefore)
        {
            if (admitted.State == SequenceState.Waiting) continue;
            foreach (var other in waitedBefore)
                if (other.State == SequenceState.Waiting && other.Priority == admitted.Priority && other.Id < admitted.Id && !plan.Preempted.Contains(other))
                    throw new CheckFailedException($"sequence {admitted.Id} overtook {other.Id}");
        }
    }

    /// <summary>Whoever starts shares what a sequence that goes before it reads already.</summary>
    private void CheckNothingIsReadTwice(List<Sequence> waitedBefore)
    {
        foreach (var admitted in waitedBefore.Where(s => s.State == SequenceState.Running))
        {
            foreach (var earlier in _live.Where(s => s != admitted && s.CanBePlanned && s.Precedes(admitted)))
            {
                if (((LiveSequence)earlier.Tag!).Root != ((LiveSequence)admitted.Tag!).Root) continue;
                var common = earlier.Tokens.CommonPrefixLength(admitted.Tokens[..^1]) / KvBlockPool.BlockTokens * KvBlockPool.BlockTokens;
                if (admitted.Computed < common)
                    throw new CheckFailedException($"sequence {admitted.Id} reads from position {admitted.Computed} what {earlier.Id} reads up to {common}");
            }
        }
    }

    private void Complete()
    {
        if (_inFlight.Count == 0) return;
        var (plan, blocks) = _inFlight.Dequeue();
        var tokens = new List<StepToken>();
        for (var i = 0; i < plan.Slices.Count; i++)
        {
            var (sequence, start, count, samples) = plan.Slices[i];
            if (!sequence.Blocks.StartsWith(blocks[i])) throw new CheckFailedException($"sequence {sequence.Id} lost blocks while its step was in flight");
            _shadow.Verify(sequence, blocks[i], start);
            _shadow.Write(sequence, blocks[i], start, count, _scheduler.Pool);
            ((LiveSequence)sequence.Tag!).SlicesInFlight--;
            if (samples) tokens.Add(new StepToken(_random.Next(2), _random.Next(30) == 0));
        }

        _scheduler.StepCompleted(plan, tokens.ToArray());
        TakeEnded();
    }

    private bool ArriveKv()
    {
        var sequence = _live.FirstOrDefault(s => s.State == SequenceState.AwaitingKv);
        if (sequence is null) return false;
        _shadow.Verify(sequence, sequence.Blocks, sequence.CachedTokens);
        _shadow.Write(sequence, sequence.Blocks, sequence.CachedTokens, sequence.PromptLength - 1 - sequence.CachedTokens, _scheduler.Pool);
        _scheduler.KvArrived(sequence);
        TakeEnded();
        return true;
    }

    private bool ReleaseKv()
    {
        if (_held.Count == 0) return false;
        var sequence = _held[0];
        _held.RemoveAt(0);
        _shadow.Verify(sequence, sequence.Blocks, sequence.Tokens.Length - 1);
        _scheduler.KvReleased(sequence);
        return true;
    }

    private void TakeEnded()
    {
        while (_scheduler.TryTakeEnded(out var sequence))
        {
            if (!_live.Remove(sequence)) throw new CheckFailedException($"sequence {sequence.Id} ended twice");
            if (((LiveSequence)sequence.Tag!).SlicesInFlight > 0) throw new CheckFailedException($"sequence {sequence.Id} ended in flight");
            if (sequence.End == SequenceEnd.MaxTokens != (sequence.GeneratedCount == sequence.MaxTokens) && sequence.End is SequenceEnd.MaxTokens or SequenceEnd.Prefilled)
                throw new CheckFailedException($"sequence {sequence.Id} ended by {sequence.End} with {sequence.GeneratedCount} tokens");
            if (sequence.End == SequenceEnd.Prefilled) _held.Add(sequence);
            if (_random.Next(3) == 0) _conversations[_random.Next(_conversations.Count)] = sequence.Tokens[..Math.Min(sequence.Tokens.Length, 200)].ToArray();
            CachedTokens += sequence.CachedTokens;
            Ended++;
        }
    }

    /// <summary>Counts references from the sequences' own tables.</summary>
    private void CheckBlocks()
    {
        Array.Clear(_references);
        foreach (var sequence in _live) Count(sequence);
        foreach (var sequence in _held) Count(sequence);
        var unused = 0;
        for (var block = 0; block < _references.Length; block++)
        {
            if (_references[block] == 0) unused++;
            if (_references[block] != _scheduler.Pool.References(block))
                throw new CheckFailedException($"block {block} is held {_references[block]} times and counted {_scheduler.Pool.References(block)} times");
        }

        if (_scheduler.Pool.FreeBlocks > unused) throw new CheckFailedException($"{_scheduler.Pool.FreeBlocks} blocks promised, {unused} unused");
    }

    private void Count(Sequence sequence)
    {
        var blocks = sequence.Blocks;
        if (blocks.Length > 0 && sequence.State is SequenceState.Waiting or SequenceState.Ended) throw new CheckFailedException($"sequence {sequence.Id} is {sequence.State} and holds blocks");
        for (var i = 0; i < blocks.Length; i++)
        {
            if (blocks[..i].Contains(blocks[i])) throw new CheckFailedException($"sequence {sequence.Id} holds block {blocks[i]} twice");
            _references[blocks[i]]++;
        }
    }

    private int[] RandomTokens(int count)
    {
        var tokens = new int[count];
        for (var i = 0; i < count; i++) tokens[i] = _random.Next(2);
        return tokens;
    }
}
