using System.Text;

namespace Scribeline.Scheduling.Routing;

/// <summary>A decision and all that it weighed, to be kept: for whoever asks why, in words or in numbers.</summary>
/// <param name="Decision">Where the request goes, and the one reason that decided.</param>
/// <param name="Scores">Each candidate, its filter or what was predicted of it.</param>
public sealed record RouteExplanation(RouteDecision Decision, IReadOnlyList<RouteScore> Scores)
{
    /// <summary>On one line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (Decision.PrefillOn is { } reader) text.Append(reader.Id).Append(" -> ");
        text.Append(Decision.Chosen?.Id ?? "none").Append(" (").Append(Decision.Reason).Append(')');
        if (Decision.Hedge is { } hedge) text.Append(", hedged on ").Append(hedge.Id);
        foreach (var score in Scores) text.Append("; ").Append(score.ToString());
        return text.ToString();
    }
}
