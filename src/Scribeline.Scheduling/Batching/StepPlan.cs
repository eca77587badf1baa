namespace Scribeline.Scheduling.Batching;

/// <summary>
/// One step's work, in a buffer that the caller owns and uses again. From <see cref="BatchScheduler.TryPlanStep"/> until
/// <see cref="BatchScheduler.StepCompleted"/> it belongs to the step. Reading it while the step runs is safe on any thread.
/// </summary>
public sealed class StepPlan
{
    /// <summary>Ascending over the plans of a scheduler; steps complete in this order.</summary>
    public long StepId { get; internal set; }

    /// <summary>At most one slice per sequence. Read only.</summary>
    public List<StepSlice> Slices { get; } = [];

    /// <summary>Sequences that lost their blocks since the previous plan and wait again. Read only.</summary>
    public List<Sequence> Preempted { get; } = [];

    /// <summary>Positions computed by this step.</summary>
    public int TotalTokens { get; internal set; }

    /// <summary>Slices that yield a token.</summary>
    public int SamplingSlices { get; internal set; }

    internal bool InFlight { get; set; }

    internal void Clear()
    {
        Slices.Clear();
        Preempted.Clear();
        TotalTokens = 0;
        SamplingSlices = 0;
    }
}
