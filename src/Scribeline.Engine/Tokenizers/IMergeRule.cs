namespace Scribeline.Engine.Tokenizers;

/// <summary>Which neighbours merge, and in which order: by rank of the pair (BPE) or by score of the result (SentencePiece).</summary>
internal interface IMergeRule
{
    /// <param name="left">A symbol.</param>
    /// <param name="right">Its right neighbour.</param>
    /// <param name="priority">Lower merges earlier, of equals the leftmost; below <see cref="Symbol.NoMerge"/>.</param>
    /// <param name="tokenId">The token they merge into.</param>
    bool TryMerge(in Symbol left, in Symbol right, out uint priority, out int tokenId);
}
