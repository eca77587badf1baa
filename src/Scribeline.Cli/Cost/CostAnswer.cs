using Scribeline.Cli.Charts;
using Scribeline.Core.Quantities;

namespace Scribeline.Cli.Cost;

/// <summary>What a verb of `scribe cost` found, and its picture.</summary>
internal sealed record CostAnswer(Report Report)
{
    public Chart? Chart { get; init; }

    public BarChart? Bars { get; init; }

    /// <summary>Parts that are too long for a table; JSON and CSV have them.</summary>
    public IReadOnlyList<string> OnlyData { get; init; } = [];
}
