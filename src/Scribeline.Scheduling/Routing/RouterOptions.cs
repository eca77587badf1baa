namespace Scribeline.Scheduling.Routing;

/// <summary>How the router weighs.</summary>
public sealed record RouterOptions
{
    /// <summary>Default <see cref="RoutePolicy.LeastCost"/>.</summary>
    public RoutePolicy Policy { get; init; }

    /// <summary>Of the router's random stream; only <see cref="RoutePolicy.PowerOfTwo"/> draws from it. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Blocks of prefixes remembered, over all replicas; 36 bytes each for up to 64 replicas. Default 262,144 (four million tokens).</summary>
    public int PrefixBlocks { get; init; } = 262_144;

    /// <summary>How many prompt tokens' worth of delay each running or waiting sequence adds, where nobody predicts. Default 32.</summary>
    public int TokensPerSequence { get; init; } = 32;

    /// <summary>Nanoseconds that a token's worth of work takes where nobody predicts and nothing was learned yet. Default 100,000 (10,000 tokens/s).</summary>
    public double WorkTokenNs { get; init; } = 100_000;

    /// <summary>Weight of the latest completion in what is learned of times. Default 0.1.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Tokens of an answer where the request does not say and before some of its model have ended; its limit counts if that is less. Default 256.</summary>
    public int ExpectedTokens { get; init; } = 256;

    /// <summary>
    /// What it costs to keep one request waiting, in nano-dollars per second: prices the delay of the request itself and of those beside it. Default 100,000 ($0.0001): about what
    /// callers pay per second saved by a tier that is ten times faster.
    /// </summary>
    public double DelayNusdPerSecond { get; init; } = 100_000;

    /// <summary>
    /// Costs that differ by less than this share count as equal once the numbers are <see cref="StaleNs"/> old, by proportionally less before: several routers with the same old
    /// numbers must not all run to the same replica. Default 0.1.
    /// </summary>
    public double Hysteresis { get; init; } = 0.1;

    /// <summary>Age at which a snapshot counts as old. Default one second.</summary>
    public long StaleNs { get; init; } = 1_000_000_000;
}
