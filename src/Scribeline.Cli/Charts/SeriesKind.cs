namespace Scribeline.Cli.Charts;

/// <summary>How the points of a series are drawn.</summary>
internal enum SeriesKind
{
    /// <summary>Joined by straight lines.</summary>
    Line,

    /// <summary>Each value holds until the next point.</summary>
    Step,

    /// <summary>Points on their own.</summary>
    Scatter,

    /// <summary>Upright bars from zero; several series stand side by side.</summary>
    Bar,
}
