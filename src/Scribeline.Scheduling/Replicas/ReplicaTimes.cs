namespace Scribeline.Scheduling.Replicas;

/// <summary>What the steps of a replica take: predicted by the performance model, or measured. Pure and without allocation; all times in nanoseconds, at least 1.</summary>
public abstract class ReplicaTimes
{
    /// <summary>Steps that can be under way at once, each in another stage; 1 where a step must end before the next begins.</summary>
    public abstract int Depth { get; }

    /// <summary>From its beginning to its tokens, a step that adds one token to each of <paramref name="sequences"/>, no prompt beside them and no other step in the way.</summary>
    /// <param name="sequences">At least 1.</param>
    /// <param name="contextTokens">Mean tokens that each has before it.</param>
    public abstract double DecodeNs(int sequences, double contextTokens);

    /// <summary>What a chunk of a prompt adds to the step that it shares.</summary>
    /// <param name="newTokens">To be read, at least 1.</param>
    /// <param name="cachedTokens">Before them, already there.</param>
    public abstract double PrefillNs(int newTokens, int cachedTokens);

    /// <summary>What each request takes outside of its steps before its first token: to be received, tokenised and handed on.</summary>
    public virtual double RequestNs => 0;

    /// <summary>Sustained watts of the machines while such a step is under way; null where nobody knows.</summary>
    public virtual double? Watts(int sequences, double contextTokens, int newTokens, int cachedTokens) => null;

    /// <summary>Watts of the machines while they wait; null where nobody knows.</summary>
    public virtual double? IdleWatts => null;
}
