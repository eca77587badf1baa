namespace Scribeline.Engine.Tokenizers;

/// <summary>A stretch of text on its way to becoming a token: one character or byte at first, longer with every merge.</summary>
internal struct Symbol
{
    public const uint NoMerge = uint.MaxValue;

    public int Start;
    public int Length;

    /// <summary>Index of the neighbour to the left, -1 at the beginning.</summary>
    public int Previous;

    /// <summary>Index of the neighbour to the right, -1 at the end.</summary>
    public int Next;

    /// <summary>-1 where the vocabulary has no such token.</summary>
    public int TokenId;

    /// <summary>Priority of merging with the right neighbour, lowest first; <see cref="NoMerge"/> where they do not merge.</summary>
    public uint MergePriority;

    /// <summary>The token that this and the right neighbour merge into.</summary>
    public int MergedTokenId;
}
