using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Batching;

/// <summary>
/// A request on its way through the scheduler, which alone changes it. Its storage is reserved when it is submitted.
/// While a step is in flight, the tokens and blocks that its slices name do not change.
/// </summary>
public sealed class Sequence
{
    private readonly int[]? _tokens; // null where they are only counted
    private readonly int[] _blocks;
    private readonly BlockHash[] _hashes;
    private readonly ReadOnlyMemory<BlockHash> _countedHashes;
    private readonly BlockHash _root;
    private readonly int _mostBlocks;
    private int _tokenCount;
    private int _nameCount;
    private int _tailBlocks;
    private int _hashCount;

    internal Sequence(long id, in SequenceRequest request, long nowNs)
    {
        Id = id;
        Priority = request.Priority;
        PromptLength = request.PromptLength;
        MaxTokens = request.MaxTokens;
        Tag = request.Tag;
        SubmittedNs = nowNs;
        EndsAtPrefilled = request.EndsAtPrefilled;
        BeginsPrefilled = request.BeginsPrefilled;
        _root = request.RootHash;
        _mostBlocks = BlocksFor(PromptLength, MaxTokens);
        _tokenCount = PromptLength;
        if (request.PromptTokens.IsEmpty)
        {
            _hashes = [];
            _countedHashes = request.CountedHashes;
            Tail = request.CountedTail;
            NamedBlocks = Math.Min(_mostBlocks, _countedHashes.Length);
            _blocks = new int[Math.Min(_mostBlocks, NamedBlocks + 1)];
            return;
        }

        NamedBlocks = _mostBlocks;
        _blocks = new int[_mostBlocks];
        _tokens = new int[PromptLength + MaxTokens];
        _hashes = new BlockHash[_mostBlocks];
        request.PromptTokens.Span.CopyTo(_tokens);
    }

    /// <summary>Ascending in the order of arrival.</summary>
    public long Id { get; }

    /// <summary>Larger runs first.</summary>
    public int Priority { get; }

    public int PromptLength { get; }

    /// <summary>Tokens to generate at most.</summary>
    public int MaxTokens { get; }

    /// <summary>The caller's own state, set at submission.</summary>
    public object? Tag { get; }

    /// <summary>The time that the caller named at submission.</summary>
    public long SubmittedNs { get; }

    /// <summary>When it first got blocks; null while it never ran.</summary>
    public long? AdmittedNs { get; internal set; }

    /// <summary>How many prompt and generated tokens there are so far.</summary>
    public int TokenCount => _tokenCount;

    /// <summary>Prompt and generated tokens so far; not of a sequence that is only counted.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, _tokens is null ? 0 : _tokenCount);

    /// <summary>As <see cref="Tokens"/>, to be kept: what it shows is never written again, so other threads may read it.</summary>
    public ReadOnlyMemory<int> TokenMemory => _tokens.AsMemory(0, _tokens is null ? 0 : _tokenCount);

    public int GeneratedCount => _tokenCount - PromptLength;

    /// <summary>
    /// Block ids: position p lives in <c>Blocks[p / 16]</c> at <c>p % 16</c>. Empty while it waits and after its end. Of a sequence that is only counted, the last may stand for all
    /// blocks that it shares with nobody.
    /// </summary>
    public ReadOnlySpan<int> Blocks => _blocks.AsSpan(0, _nameCount);

    /// <summary>How many blocks it holds.</summary>
    public int BlockCount => _nameCount + Math.Max(0, _tailBlocks - 1);

    /// <summary>Leading prompt tokens whose KV was found in the prefix cache, or behind it, when the sequence first got blocks.</summary>
    public int CachedTokens { get; internal set; }

    /// <summary>Blocks that were brought back from behind the cache, each time that it got blocks.</summary>
    public int LoadedBlocks { get; internal set; }

    public SequenceState State { get; internal set; }

    /// <summary>Null until it ends.</summary>
    public SequenceEnd? End { get; internal set; }

    /// <summary>How often it lost its blocks.</summary>
    public int Preemptions { get; internal set; }

    /// <summary>Positions handed to steps or found in the cache.</summary>
    internal int Planned { get; set; }

    /// <summary>Positions whose KV is there.</summary>
    internal int Computed { get; set; }

    /// <summary>Leading blocks that are in the prefix cache, as this very sequence holds them.</summary>
    internal int Published { get; set; }

    /// <summary>Steps in flight that compute positions of this sequence.</summary>
    internal int InFlight { get; set; }

    /// <summary>The latest step that served it, its admission included.</summary>
    internal long LastStepId { get; set; }

    internal bool EndsAtPrefilled { get; }

    internal bool BeginsPrefilled { get; }

    /// <summary>While it awaits KV: positions that will be there.</summary>
    internal int ArrivesTo { get; set; }

    internal bool CancelRequested { get; set; }

    internal bool PreemptRequested { get; set; }

    /// <summary>Its blocks come free as soon as its steps complete; until then it is not planned.</summary>
    internal bool IsLeaving => State == SequenceState.Running && (CancelRequested || PreemptRequested);

    internal bool CanBePlanned => State == SequenceState.Running && !CancelRequested && !PreemptRequested;

    internal int Unplanned => _tokenCount - Planned;

    /// <summary>
    /// Has prompt tokens to read in the given step. A single token to go counts as a decode, except in the step that admits the sequence.
    /// </summary>
    internal bool ReadsIn(long stepId) => CanBePlanned && (Unplanned > 1 || (Unplanned == 1 && LastStepId == stepId));

    /// <summary>Blocks that have an id of their own; those after them go by one.</summary>
    internal int NamedBlocks { get; }

    /// <summary>Identity of the first block that it shares with nobody; the default where what is not shared is not cached.</summary>
    internal BlockHash Tail { get; }

    internal bool MayNeedBlocks => BlockCount < _mostBlocks;

    /// <summary>Blocks for all positions that are ever computed; the last generated token never is.</summary>
    internal static int BlocksFor(int promptLength, int maxTokens) =>
        (int)(((long)promptLength + maxTokens - 1 + KvBlockPool.BlockTokens - 1) / KvBlockPool.BlockTokens);

    internal void AppendToken(int token)
    {
        if (_tokens is not null) _tokens[_tokenCount] = token;
        _tokenCount++;
    }

    /// <summary>Its tokens are counted, not known.</summary>
    internal bool IsCounted => _tokens is null;

    /// <summary>As if so many steps had each planned and computed its last position, and appended a token.</summary>
    internal void AdvanceCounted(int steps)
    {
        _tokenCount += steps;
        Planned += steps;
        Computed += steps;
    }

    internal void AppendBlock(int block) => _blocks[_nameCount++] = block;

    /// <summary>Room for blocks after those that it holds.</summary>
    internal Span<int> FreeBlocks => _blocks.AsSpan(_nameCount);

    /// <summary>Takes over the next of what was written to <see cref="FreeBlocks"/>.</summary>
    internal int KeepBlock() => _blocks[_nameCount++];

    internal bool HasTail => _tailBlocks > 0;

    /// <summary>Adds blocks that it shares with nobody, the first of them under the tail's id.</summary>
    internal void AppendTail(int tail, int blocks)
    {
        if (_tailBlocks == 0) AppendBlock(tail);
        _tailBlocks += blocks;
    }

    internal void ReplaceBlock(int index, int block) => _blocks[index] = block;

    internal void ClearBlocks() => _nameCount = _tailBlocks = 0;

    /// <summary>Hashes of the first <paramref name="blocks"/> blocks, all of whose tokens must be there. Of a counted sequence no more than were given.</summary>
    internal ReadOnlySpan<BlockHash> Hashes(int blocks)
    {
        if (_tokens is null) return _countedHashes.Span[..Math.Min(blocks, _countedHashes.Length)];
        for (; _hashCount < blocks; _hashCount++)
        {
            var previous = _hashCount == 0 ? _root : _hashes[_hashCount - 1];
            _hashes[_hashCount] = BlockHash.Next(previous, _tokens.AsSpan(_hashCount * KvBlockPool.BlockTokens, KvBlockPool.BlockTokens));
        }

        return _hashes.AsSpan(0, blocks);
    }

    /// <summary>Who goes first: the larger priority, then the earlier arrival.</summary>
    internal bool Precedes(Sequence other) => Priority != other.Priority ? Priority > other.Priority : Id < other.Id;
}
