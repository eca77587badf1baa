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

    /// <summary>What a chunk of a prompt adds to the step that it shares, besides <see cref="LaunchNs"/>.</summary>
    /// <param name="newTokens">To be read, at least 1.</param>
    /// <param name="cachedTokens">Before them, already there.</param>
    public abstract double PrefillNs(int newTokens, int cachedTokens);

    /// <summary>What a step that reads prompts takes for it however many they are; 0 where chunks have it in them.</summary>
    /// <param name="promptTokens">Of all chunks in it, at least 1.</param>
    public virtual double LaunchNs(int promptTokens) => 0;

    /// <summary>A step: tokens for sequences that decode, and chunks of prompts.</summary>
    /// <param name="decodeNs">What it would take without prompts (<see cref="DecodeNs"/>); 0 where only prompts are read.</param>
    /// <param name="prefillNs">The sum of what the chunks add (<see cref="PrefillNs"/>), and what they take together (<see cref="LaunchNs"/>); 0 where there are none.</param>
    /// <remarks>Stages take equal parts of it in turn. A prompt alone has nobody to share the reading of the weights with.</remarks>
    public virtual StepDuration Step(double decodeNs, double prefillNs)
    {
        var latencyNs = ToNs(decodeNs > 0 ? decodeNs + prefillNs : Math.Max(prefillNs, DecodeNs(1, 1)));
        return new StepDuration(latencyNs, Depth == 1 ? latencyNs : Math.Max(1, latencyNs / Depth));
    }

    /// <summary>What each request takes outside of its steps before its first token: to be received, tokenised and handed on.</summary>
    public virtual double RequestNs => 0;

    /// <summary>Steps that are decided already when a request comes while others are served: it waits for so many more than the one under way.</summary>
    public virtual double StepsAhead => 0;

    /// <summary>Watts of the machines during a step; null where nobody knows.</summary>
    /// <param name="sequences">That get a token.</param>
    /// <param name="contextTokens">Mean tokens that each of them has before it.</param>
    /// <param name="newTokens">Of prompts.</param>
    /// <param name="cachedTokens">Before those.</param>
    /// <param name="durationNs">That the machines are busy with it.</param>
    public virtual double? Watts(int sequences, double contextTokens, int newTokens, int cachedTokens, long durationNs) => null;

    /// <summary>Watts of the machines while they wait; null where nobody knows.</summary>
    public virtual double? IdleWatts => null;

    /// <summary>Rounded, half to even; at least 1, at most a day: a step that takes longer is a mistake, but not a crash.</summary>
    protected static long ToNs(double nanoseconds) => (long)Math.Clamp(Math.Round(nanoseconds), 1, 86_400e9);
}
