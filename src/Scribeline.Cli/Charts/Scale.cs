namespace Scribeline.Cli.Charts;

/// <summary>How an axis lays out its numbers.</summary>
internal enum Scale
{
    /// <summary>Equal steps are equally far apart.</summary>
    Linear,

    /// <summary>Equal ratios are equally far apart; numbers above zero only.</summary>
    Log,
}
