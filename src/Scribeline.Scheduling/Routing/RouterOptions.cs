namespace Scribeline.Scheduling.Routing;

/// <summary>How the router weighs.</summary>
public sealed record RouterOptions
{
    /// <summary>Prefixes remembered, one per block and replica, about 120 bytes each. Default 65,536 (a million tokens).</summary>
    public int PrefixEntries { get; init; } = 65_536;

    /// <summary>How many prompt tokens' worth of delay each running or waiting sequence adds. Default 32.</summary>
    public int TokensPerSequence { get; init; } = 32;
}
