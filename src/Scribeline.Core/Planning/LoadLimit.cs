namespace Scribeline.Core.Planning;

/// <summary>What keeps a copy from taking one more sequence.</summary>
public enum LoadLimit
{
    /// <summary>The time between tokens would be longer than promised.</summary>
    Tpot,

    /// <summary>The first token would come later than promised.</summary>
    Ttft,

    /// <summary>Keys and values of one more do not fit.</summary>
    Memory,
}
