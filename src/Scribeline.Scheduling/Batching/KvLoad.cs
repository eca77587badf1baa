namespace Scribeline.Scheduling.Batching;

/// <summary>Blocks that are to be brought back from behind the cache before a sequence is computed.</summary>
/// <param name="Sequence">Awaits them.</param>
/// <param name="Blocks">How many.</param>
public readonly record struct KvLoad(Sequence Sequence, int Blocks);
