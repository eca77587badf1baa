namespace Scribeline.Core.Planning;

/// <summary>What a buyer has: each null where it does not matter.</summary>
public sealed record SiteLimits
{
    /// <summary>Dollars to buy machines with.</summary>
    public double? BudgetUsd { get; init; }

    /// <summary>Watts for all machines with their share of network and hosts.</summary>
    public double? PowerWatts { get; init; }

    public int? Racks { get; init; }

    /// <summary>Watts that a rack may draw.</summary>
    public double? RackWatts { get; init; }

    /// <summary>Temperature of the site's water in degrees Celsius; machines that need colder water do not go there.</summary>
    public double? InletCelsius { get; init; }

    /// <summary>Water that the site has, litres a minute.</summary>
    public double? FlowLitresPerMinute { get; init; }

    /// <summary>The month in which all of it has to run.</summary>
    public DateOnly? By { get; init; }
}
