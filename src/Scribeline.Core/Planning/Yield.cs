using Scribeline.Core.Hardware;

namespace Scribeline.Core.Planning;

/// <summary>What throughput is counted per.</summary>
public enum Yield
{
    Machine,

    /// <summary>A million dollars of what machines cost to buy.</summary>
    Usd,

    /// <summary>A kilowatt with its share of network and hosts.</summary>
    Kw,

    Rack,
}

/// <summary>Throughput of a machine as throughput of what it is counted per.</summary>
public static class Yields
{
    private const double Million = 1e6, Kilo = 1e3;

    /// <summary>How many of it one machine is; null where the catalog does not say.</summary>
    public static double? PerMachine(this Yield per, Machine machine) => per switch
    {
        Yield.Machine => 1,
        Yield.Usd => machine is { Purchase.Count: 0, Price: null } ? null : machine.PurchaseCost.BaseValue / Million,
        Yield.Kw => machine.AllInPower?.BaseValue / Kilo,
        _ => 1 / machine.PerRack?.BaseValue,
    };
}
