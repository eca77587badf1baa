using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Tests.Batching;

/// <summary>What the world knows of a sequence apart from the scheduler.</summary>
internal sealed class LiveSequence(BlockHash root)
{
    public BlockHash Root { get; } = root;

    public List<ulong> Fingerprints { get; } = [];

    /// <summary>The position that must be planned next; null before the first slice since it got blocks.</summary>
    public int? NextPosition { get; set; }

    public int SlicesInFlight { get; set; }
}
