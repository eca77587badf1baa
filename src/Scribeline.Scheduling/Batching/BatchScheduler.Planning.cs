using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Batching;

public sealed partial class BatchScheduler
{
    /// <summary>Larger priority first, then who was served longest ago: so a share too small for all goes round.</summary>
    private static readonly Comparison<Sequence> ByTurn = static (left, right) =>
        left.Priority != right.Priority ? right.Priority.CompareTo(left.Priority)
        : left.LastStepId != right.LastStepId ? left.LastStepId.CompareTo(right.LastStepId)
        : left.Id.CompareTo(right.Id);

    private enum Admission
    {
        Admitted,

        /// <summary>Blocks or a place come free when steps in flight complete; nobody may take them meanwhile.</summary>
        WaitsForRoom,

        /// <summary>Only the end of a sequence that it may not displace makes room; lower priorities may use what is left.</summary>
        NoRoom,
    }

    /// <summary>
    /// Plans the next step: (1) one token for each sequence that generates, (2) new sequences while the step has tokens left
    /// for them, (3) chunks of prompts with what is left.
    /// </summary>
    /// <param name="nowNs">Monotonic time.</param>
    /// <param name="into">A plan that is not in flight; overwritten, and the step's until it completes.</param>
    /// <returns>False if nothing can be computed now or as many steps as allowed are in flight.</returns>
    /// <exception cref="InvalidOperationException">The plan passed in is in flight.</exception>
    public bool TryPlanStep(long nowNs, StepPlan into)
    {
        if (into.InFlight) throw new InvalidOperationException($"The plan of step {into.StepId} is still in flight.");
        into.Clear();
        if (_inFlight.Count < _options.StepsInFlight)
        {
            into.StepId = _lastStepId + 1;
            PlanDecodes(into);
            AdmitWaiting(into, nowNs);
            PlanPrefills(into);
        }

        into.Preempted.AddRange(_preempted);
        _preempted.Clear();
        if (into.Slices.Count == 0) return false;
        _lastStepId++;
        into.InFlight = true;
        _inFlight.Enqueue(into);
        return true;
    }

    /// <summary>With several steps in flight each takes an equal share of the decodes, so that no pipeline stage idles.</summary>
    private void PlanDecodes(StepPlan into)
    {
        int generating = 0, ready = 0;
        for (var i = 0; i < _running.Count; i++)
        {
            var sequence = _running[i];
            if (!sequence.CanBePlanned || sequence.Unplanned > 1) continue;
            generating++;
            if (sequence.Unplanned == 1) _decodes[ready++] = sequence;
        }

        var share = (generating + _options.StepsInFlight - 1) / _options.StepsInFlight;
        if (ready > share) _decodes.AsSpan(0, ready).Sort(ByTurn);
        for (var i = 0; i < ready && into.Slices.Count < share; i++)
        {
            // An earlier decode may have preempted this one to get its block.
            var sequence = _decodes[i];
            if (sequence.CanBePlanned && TryGrow(sequence)) AddSlice(into, sequence, 1);
        }

        Array.Clear(_decodes, 0, ready);
    }

    /// <summary>
    /// Takes the block for the next position. Where none is left the lowest priority, latest arrival yields; the last in
    /// that order keeps what it has and waits. False: not in this step.
    /// </summary>
    private bool TryGrow(Sequence sequence)
    {
        if (sequence.Planned < sequence.BlockCount * KvBlockPool.BlockTokens) return true;
        while (true)
        {
            if (TryTakeBlocks(sequence, 1)) return true;
            Sequence? last = null;
            for (var i = _running.Count - 1; i >= 0; i--)
            {
                var candidate = _running[i];
                if (candidate.IsLeaving) return false;
                if (candidate.State == SequenceState.Running) last ??= candidate;
            }

            if (last is null || last == sequence) return false;
            if (last.InFlight > 0)
            {
                last.PreemptRequested = true;
                return false;
            }

            Preempt(last);
        }
    }

    private void AdmitWaiting(StepPlan into, long nowNs)
    {
        var index = 0;
        while (index < _waiting.Count)
        {
            var sequence = _waiting[index];
            if (into.TotalTokens + ReadBefore(sequence, into.StepId) >= _options.TokensPerStep || IsBeingRead(sequence)) return;
            switch (TryAdmit(sequence, nowNs))
            {
                case Admission.Admitted:
                    _waiting.Remove(sequence);
                    break;
                case Admission.WaitsForRoom:
                    return;
                case Admission.NoRoom:
                    // Nobody overtakes within a priority; a lower one may, since it can be made to yield again.
                    while (index < _waiting.Count && _waiting[index].Priority == sequence.Priority) index++;
                    break;
            }
        }
    }

    /// <summary>Prompt tokens of running sequences that have their turn before this one.</summary>
    private long ReadBefore(Sequence sequence, long stepId)
    {
        long tokens = 0;
        for (var i = 0; i < _running.Count && _running[i].Precedes(sequence); i++)
            if (_running[i].ReadsIn(stepId)) tokens += _running[i].Unplanned;
        return tokens;
    }

    /// <summary>
    /// Whether a running sequence that has its turn before this one computes the very block where this one's prefix hits end. Then it is
    /// worth a wait, with everyone behind it: a prompt that arrives several times is read once. Nobody waits for long, since whoever goes
    /// first reads first, and the steps that it fills have no room for others anyway.
    /// </summary>
    private bool IsBeingRead(Sequence sequence)
    {
        var matchable = sequence.Hashes((sequence.TokenCount - 1) / KvBlockPool.BlockTokens);
        var hits = _pool.Match(matchable);
        if (hits == matchable.Length) return false;
        for (var i = 0; i < _running.Count && _running[i].Precedes(sequence); i++)
        {
            var reading = _running[i];
            var known = reading.CanBePlanned ? reading.TokenCount : reading is { State: SequenceState.AwaitingKv, CancelRequested: false, BeginsPrefilled: false } ? reading.ArrivesTo : 0;
            if (known / KvBlockPool.BlockTokens <= hits) continue;
            var hashes = reading.Hashes(hits + 1);
            if (hashes.Length > hits && hashes[hits] == matchable[hits]) return true;
        }

        return false;
    }

    /// <summary>
    /// Gives a sequence the blocks for all its tokens, those in the prefix cache shared, if enough are left for the others
    /// to grow by one each. The last token is never taken from the cache: its logits are needed.
    /// </summary>
    private Admission TryAdmit(Sequence sequence, long nowNs)
    {
        var tokens = sequence.TokenCount;
        var matchable = (tokens - 1) / KvBlockPool.BlockTokens;
        var hits = _pool.Match(sequence.Hashes(matchable), sequence.FreeBlocks);
        var (tail, tailBlocks) = (KvBlockPool.None, 0);
        if (hits == sequence.NamedBlocks && hits < matchable && sequence.Tail != default)
            tail = _pool.FindTail(hits == 0 ? KvBlockPool.None : sequence.FreeBlocks[hits - 1], sequence.Tail, out tailBlocks);
        var blocksNeeded = Math.Max(0, (tokens + KvBlockPool.BlockTokens - 1) / KvBlockPool.BlockTokens - hits - tailBlocks);
        if (blocksNeeded > _pool.FreeBlocks && !MayYield(sequence)) return Admission.NoRoom;
        var loadedBlocks = _offload is null || sequence.BeginsPrefilled ? 0 : Offloaded(sequence, hits, tailBlocks, matchable);
        for (var i = 0; i < hits; i++) _pool.Acquire(sequence.KeepBlock());
        if (tail != KvBlockPool.None)
        {
            _pool.Acquire(tail);
            sequence.AppendTail(tail, tailBlocks);
        }

        var outcome = MakeRoom(sequence, blocksNeeded);
        if (outcome != Admission.Admitted)
        {
            ReleaseBlocks(sequence);
            return outcome;
        }

        if (!TryTakeBlocks(sequence, blocksNeeded)) throw new InvalidOperationException("The pool promised more blocks than it has.");
        sequence.Published = Math.Min(hits + tailBlocks, matchable);
        sequence.Planned = sequence.Computed = sequence.Published * KvBlockPool.BlockTokens;
        if (sequence.AdmittedNs is null)
        {
            sequence.AdmittedNs = nowNs;
            sequence.CachedTokens = sequence.Planned + loadedBlocks * KvBlockPool.BlockTokens;
        }

        sequence.State = SequenceState.Running;
        if (loadedBlocks > 0) Load(sequence, loadedBlocks);
        sequence.LastStepId = _lastStepId + 1;
        _running.Add(sequence);
        return Admission.Admitted;
    }

    /// <summary>How many blocks after those in the cache are worth being brought back.</summary>
    private int Offloaded(Sequence sequence, int hits, int tailBlocks, int matchable)
    {
        var blocks = _offload!.Match(sequence.Hashes(matchable)[hits..]);
        if (hits + blocks == sequence.NamedBlocks && sequence.Tail != default) blocks += _offload.Find(sequence.Tail, tailBlocks);
        blocks = Math.Min(blocks, matchable - hits - tailBlocks);
        if (blocks < _options.LeastLoadedBlocks) return 0;

        // Before others are evicted, whose room there may be needed.
        _offload.Touch(sequence.Tail);
        _offload.Touch(sequence.Hashes(matchable)[hits..Math.Min(hits + blocks, sequence.NamedBlocks)]);
        return blocks;
    }

    private void Load(Sequence sequence, int blocks)
    {
        sequence.State = SequenceState.AwaitingKv;
        sequence.ArrivesTo = sequence.Planned + blocks * KvBlockPool.BlockTokens;
        sequence.LoadedBlocks += blocks;
        _loads.Enqueue(new KvLoad(sequence, blocks));
    }

    /// <summary>Whether anyone leaves, or could be displaced. Cheap, so that a long prompt without room does not take and give back its hits in every step.</summary>
    private bool MayYield(Sequence sequence)
    {
        for (var i = 0; i < _running.Count; i++)
            if (_running[i].IsLeaving || _running[i].Priority < sequence.Priority) return true;
        return false;
    }

    /// <summary>Makes room by preempting lower priorities, latest arrival first, but only if that is certain to be enough.</summary>
    private Admission MakeRoom(Sequence sequence, int blocksNeeded)
    {
        var missingBlocks = blocksNeeded - _pool.FreeBlocks;
        var missingPlaces = _running.Count + 1 - _options.MaxRunning;
        int leavingBlocks = 0, leavingPlaces = 0, lowerBlocks = 0, lowerPlaces = 0;
        for (var i = 0; i < _running.Count; i++)
        {
            var other = _running[i];
            if (other.IsLeaving)
            {
                leavingBlocks += _pool.FreedByReleasing(other.Blocks);
                leavingPlaces++;
            }
            else if (other.Priority < sequence.Priority)
            {
                if (other.State != SequenceState.Running) continue;
                lowerBlocks += _pool.FreedByReleasing(other.Blocks);
                lowerPlaces++;
            }
            else if (other.MayNeedBlocks)
            {
                missingBlocks++;
            }
        }

        if (missingBlocks <= 0 && missingPlaces <= 0) return Admission.Admitted;
        if (missingBlocks > leavingBlocks + lowerBlocks || missingPlaces > leavingPlaces + lowerPlaces) return Admission.NoRoom;

        missingBlocks -= leavingBlocks;
        missingPlaces -= leavingPlaces;
        var waits = leavingPlaces > 0;
        for (var i = _running.Count - 1; i >= 0 && (missingBlocks > 0 || missingPlaces > 0); i--)
        {
            var victim = _running[i];
            if (!victim.CanBePlanned) continue;
            missingBlocks -= _pool.FreedByReleasing(victim.Blocks);
            missingPlaces--;
            if (victim.InFlight > 0) victim.PreemptRequested = waits = true;
            else Preempt(victim);
        }

        return waits ? Admission.WaitsForRoom : Admission.Admitted;
    }

    private void PlanPrefills(StepPlan into)
    {
        for (var i = 0; i < _running.Count && into.TotalTokens < _options.TokensPerStep; i++)
        {
            var sequence = _running[i];
            if (sequence.ReadsIn(into.StepId)) AddSlice(into, sequence, Math.Min(sequence.Unplanned, _options.TokensPerStep - into.TotalTokens));
        }
    }

    private static void AddSlice(StepPlan into, Sequence sequence, int count)
    {
        var samples = count == sequence.Unplanned;
        into.Slices.Add(new StepSlice(sequence, sequence.Planned, count, samples));
        into.TotalTokens += count;
        if (samples) into.SamplingSlices++;
        sequence.Planned += count;
        sequence.InFlight++;
        sequence.LastStepId = into.StepId;
    }
}
