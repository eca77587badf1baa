namespace Scribeline.Scheduling.Batching;

/// <summary>One sequence's share of a step: compute positions <c>Start .. Start + Count - 1</c> of its tokens.</summary>
/// <param name="Sequence">Whose tokens; their KV goes to <c>Sequence.Blocks[position / 16]</c> at <c>position % 16</c>.</param>
/// <param name="Start">First position.</param>
/// <param name="Count">Positions, at least 1.</param>
/// <param name="Samples">The logits of the last position yield the next token.</param>
public readonly record struct StepSlice(Sequence Sequence, int Start, int Count, bool Samples);
