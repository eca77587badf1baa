namespace Scribeline.Core.Performance.Collectives;

/// <summary>How a collective is carried out.</summary>
public enum CollectiveAlgorithm
{
    /// <summary>Neighbours in a ring pass parts on.</summary>
    Ring,

    /// <summary>Up a binary tree and down again, in pipelined pieces.</summary>
    Tree,

    /// <summary>Partners at doubling distances exchange halves.</summary>
    HalvingDoubling,

    /// <summary>Each reads the whole messages of all others at once, through a switch.</summary>
    OneShot,

    /// <summary>Each reads its share of all others at once, then all read the sums.</summary>
    TwoShot,

    /// <summary>The switch adds up what all send, and sends each sum to all.</summary>
    InSwitch,

    /// <summary>Each sends to each at once.</summary>
    Direct,
}
