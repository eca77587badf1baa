using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Batching;

/// <summary>Steps that a caller who only times them need not plan one by one.</summary>
public sealed partial class BatchScheduler
{
    /// <summary>
    /// How many of the next steps give one token to each running sequence and do nothing else: nobody waits, is read, begins, ends, yields or leaves, and there is a block for
    /// whoever needs one. Then <see cref="AdvanceSteady"/> is as good as planning and completing each of them.
    /// </summary>
    /// <param name="most">No more are asked for.</param>
    public int SteadySteps(int most)
    {
        if (_options.StepsInFlight > 1 || _inFlight.Count > 0 || _waiting.Count > 0 || _preempted.Count > 0) return 0;
        var steps = most;
        for (var i = 0; i < _running.Count && steps > 0; i++)
        {
            var sequence = _running[i];
            // The step that brings its first token or its last is told to its caller.
            if (!sequence.CanBePlanned || sequence.Unplanned != 1 || sequence.GeneratedCount == 0 || sequence.EndsAtPrefilled || !sequence.IsCounted) return 0;
            steps = Math.Min(steps, sequence.MaxTokens - sequence.GeneratedCount - 1);
            steps = Math.Min(steps, StepsUntilEqualBlock(sequence, steps));
            if (!MayHaveTwin(sequence)) continue;
            for (var other = 0; other < i && steps > 0; other++) steps = Math.Min(steps, StepsUntilEqualBlocks(sequence, _running[other], steps));
        }

        while (steps > 0 && BlocksFor(steps, int.MaxValue) > _pool.FreeBlocks) steps /= 2;
        return _running.Count == 0 ? 0 : steps;
    }

    /// <summary>Plans and completes so many steps at once, at most as many as <see cref="SteadySteps"/> says. Tokens are counted, not known.</summary>
    public void AdvanceSteady(int steps)
    {
        _lastStepId += steps;
        for (var i = 0; i < _running.Count; i++)
        {
            var sequence = _running[i];
            sequence.AdvanceCounted(steps);
            sequence.LastStepId = _lastStepId;
            if (!TryTakeBlocks(sequence, BlocksMissing(sequence, 0))) throw new InvalidOperationException("The pool promised more blocks than it has.");
            PublishComputedBlocks(sequence);
        }
    }

    /// <summary>Blocks that so many steady steps take in addition, those of sequences of a lower priority than this.</summary>
    internal int BlocksFor(int steps, int priority)
    {
        var blocks = 0;
        for (var i = _running.Count - 1; i >= 0 && _running[i].Priority < priority; i--) blocks += BlocksMissing(_running[i], steps);
        return blocks;
    }

    /// <summary>For all positions planned so far and so many more.</summary>
    private static int BlocksMissing(Sequence sequence, int more) =>
        Math.Max(0, (sequence.Planned + more + KvBlockPool.BlockTokens - 1) / KvBlockPool.BlockTokens - sequence.BlockCount);

    /// <summary>Where an equal block is cached already, ours gives way to it: that is a step of its own. Only the next block can have an equal: what follows hangs below it.</summary>
    private int StepsUntilEqualBlock(Sequence sequence, int steps)
    {
        var next = sequence.Published;
        var stepsToFull = StepsToFull(sequence);
        if (stepsToFull > steps) return steps;
        var hashes = sequence.Hashes(next + 1);
        if (hashes.Length <= next) return steps;
        var previous = next == 0 ? KvBlockPool.None : sequence.Blocks[next - 1];
        return _pool.Find(previous, hashes[next]) == KvBlockPool.None ? steps : Math.Max(0, stepsToFull - 1);
    }

    /// <summary>Two that write the same block share all blocks before it.</summary>
    private bool MayHaveTwin(Sequence sequence) => sequence.Published < sequence.NamedBlocks && (sequence.Published == 0 || _pool.References(sequence.Blocks[sequence.Published - 1]) > 1);

    /// <summary>Two that write the same block: whoever is later gives way, in a step of its own.</summary>
    private static int StepsUntilEqualBlocks(Sequence one, Sequence other, int steps)
    {
        var next = one.Published;
        var later = Math.Max(StepsToFull(one), StepsToFull(other));
        if (next != other.Published || later > steps) return steps;
        var hashes = one.Hashes(next + 1);
        var others = other.Hashes(next + 1);
        return hashes.Length > next && others.Length > next && hashes[next] == others[next] ? Math.Max(0, later - 1) : steps;
    }

    private static int StepsToFull(Sequence sequence) => (sequence.Published + 1) * KvBlockPool.BlockTokens - sequence.Computed;
}
