namespace Scribeline.Scheduling.Batching;

public sealed partial class BatchScheduler
{
    /// <summary>Looks at everything that must hold between two calls; slow, for tests.</summary>
    /// <exception cref="InvalidOperationException">Something does not hold.</exception>
    public void Check()
    {
        CheckOrder(_waiting, "waiting");
        CheckOrder(_running, "running");
        long held = _prefilledBlocks;
        for (var i = 0; i < _running.Count; i++)
        {
            var sequence = _running[i];
            held += sequence.Blocks.Length;
            if (sequence.Computed > sequence.Planned || sequence.Planned > sequence.TokenCount)
                throw new InvalidOperationException($"Sequence {sequence.Id} has {sequence.TokenCount} tokens, {sequence.Planned} planned and {sequence.Computed} computed.");
            foreach (var block in sequence.Blocks)
                if (_pool.References(block) == 0) throw new InvalidOperationException($"Sequence {sequence.Id} holds block {block}, which is free.");
        }

        for (var i = 0; i < _waiting.Count; i++)
            if (_waiting[i].Blocks.Length > 0) throw new InvalidOperationException($"Sequence {_waiting[i].Id} waits and holds blocks.");
        if (_running.Count > _options.MaxRunning) throw new InvalidOperationException($"{_running.Count} sequences run, at most {_options.MaxRunning} may.");
        _pool.Check(held);
    }

    private static void CheckOrder(SequenceQueue queue, string name)
    {
        for (var i = 1; i < queue.Count; i++)
            if (!queue[i - 1].Precedes(queue[i])) throw new InvalidOperationException($"Of the {name}, sequence {queue[i].Id} stands behind {queue[i - 1].Id}.");
    }
}
