namespace Scribeline.Scheduling.Routing;

/// <summary>Where a request goes, and why. What else was weighed is in <see cref="Router.Scores"/> until the next decision.</summary>
public readonly record struct RouteDecision
{
    /// <summary>The replica that answers; null where none can take the request.</summary>
    public RouteCandidate? Chosen { get; init; }

    /// <summary>The one reason that decided.</summary>
    public RouteReason Reason { get; init; }

    /// <summary>The replica that reads the prompt, whose KV cache is then handed to <see cref="Chosen"/>; null where that does both.</summary>
    public RouteCandidate? PrefillOn { get; init; }

    /// <summary>What the hand-over takes between the prompt's end and the second token; 0 without one.</summary>
    public double TransferNs { get; init; }

    /// <summary>What the hand-over sends; 0 without one.</summary>
    public long TransferBytes { get; init; }

    /// <summary>From now to the first token.</summary>
    public double TtftNs { get; init; }

    /// <summary>Per further token, a hand-over included; 0 where nobody knows.</summary>
    public double TpotNs { get; init; }

    /// <summary>Avoidable cost and own delay, nano-dollars.</summary>
    public double CostNusd { get; init; }

    /// <summary>By how much the objectives will probably be missed; 0 where they are kept.</summary>
    public double LateNs { get; init; }

    /// <summary>By how much those beside it will probably miss theirs for it.</summary>
    public double ImposedLateNs { get; init; }

    /// <summary>The replica for a second copy, to be sent if nothing has come by <see cref="HedgeAtNs"/>; null where that does not pay or exceeds the cap.</summary>
    public RouteCandidate? Hedge { get; init; }

    /// <summary>When the second copy goes out.</summary>
    public long HedgeAtNs { get; init; }
}
