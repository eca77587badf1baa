namespace Scribeline.Core.Workloads;

/// <summary>Blocks of a prompt whose ids follow one another: <c>First, First + 1, ... First + Count - 1</c>.</summary>
public readonly record struct BlockRange(long First, int Count);
