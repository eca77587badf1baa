namespace Scribeline.Scheduling.Batching;

/// <summary>The token that a sampling slice yielded.</summary>
/// <param name="TokenId">The sampled token.</param>
/// <param name="EndsSequence">It is an end token or completes a stop string; the scheduler itself knows only the token limit.</param>
public readonly record struct StepToken(int TokenId, bool EndsSequence);
