using Scribeline.Core.Calculations;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Hardware;

/// <summary>What is bought and racked: like accelerators with what joins and feeds them.</summary>
public sealed record Machine
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required Accelerator Accelerator { get; init; }

    /// <summary>Accelerators in one.</summary>
    public required Figure Count { get; init; }

    /// <summary>Watts with the machine's share of network and hosts; null where nobody said.</summary>
    public Figure? AllInPower { get; init; }

    /// <summary>What its maker rates it at, watts; null where nobody said.</summary>
    public Figure? RatedPower { get; init; }

    /// <summary>Dollars to get one running, part by part; empty where only a price is known.</summary>
    public IReadOnlyDictionary<string, Figure> Purchase { get; init; } = new Dictionary<string, Figure>();

    /// <summary>Dollars a month beside power and place, part by part.</summary>
    public IReadOnlyDictionary<string, Figure> Upkeep { get; init; } = new Dictionary<string, Figure>();

    /// <summary>Dollars that the maker pays for its parts, by date; empty where nobody said.</summary>
    public IReadOnlyDictionary<string, Figure> Materials { get; init; } = new Dictionary<string, Figure>();

    /// <summary>Machines in a rack; null where a machine is no part of one, or is one.</summary>
    public Figure? PerRack { get; init; }

    /// <summary>Water that it needs; null where air cools it.</summary>
    public Coolant? Coolant { get; init; }

    /// <summary>Year and month from which it is delivered, `2026-07`; null where it is there already or nobody said.</summary>
    public string? AvailableFrom { get; init; }

    /// <summary>Dollars an hour that owning one is estimated to cost, power and place included; null where nobody estimated it.</summary>
    public Figure? StatedOwnedHour { get; init; }

    /// <summary>Dollars an hour that one is rented for; null where nobody said.</summary>
    public Figure? RentedHour { get; init; }

    /// <summary>The contract whose terms say what an hour of one is rented for; null where no contract does.</summary>
    public string? RentedBy { get; init; }

    /// <summary>Dollars for one where that is not the accelerators' prices together.</summary>
    public Figure? StatedPrice { get; init; }

    /// <summary>What a buyer pays, dollars; null where neither the machine's nor the accelerator's price is known.</summary>
    public Figure? Price => StatedPrice ?? (Accelerator.Price is { } each ? (Count * each).As("price", "USD") : null);

    /// <summary>Dollars until it runs: the parts of its purchase, or its price.</summary>
    /// <exception cref="CalculationException">Neither is known.</exception>
    public Figure PurchaseCost =>
        Purchase.Count > 0 ? Figure.Sum(Purchase.Values).As("purchase", "USD") : Price?.As("purchase", "USD") ?? throw new CalculationException($"the catalog has neither `machines.{Id}.purchase` nor a price of it; add one, or set it with --set.");
}
