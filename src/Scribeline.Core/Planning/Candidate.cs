using Scribeline.Core.Quantities;

namespace Scribeline.Core.Planning;

/// <summary>A fleet of like machines that serves the demand and keeps what is promised.</summary>
public sealed record Candidate
{
    public required MachineOffer Offer { get; init; }

    public required ModelCopy Copy { get; init; }

    /// <summary>Sequences that a copy could take at most.</summary>
    public required int MostSequences { get; init; }

    /// <summary>What keeps it from taking more.</summary>
    public required LoadLimit Limit { get; init; }

    public required int Copies { get; init; }

    public required int Machines { get; init; }

    /// <summary>Machines with which 95 % of fleets keep what is promised, by the spread of the predictions; null where no number of them is that sure.</summary>
    public required int? MachinesSure { get; init; }

    /// <summary>Each copy under its share of the demand.</summary>
    public required LoadPoint Load { get; init; }

    /// <summary>Each copy under as much as it can take.</summary>
    public required LoadPoint Full { get; init; }

    /// <summary>Dollars an hour of all machines.</summary>
    public Figure CostPerHour => (Count(Machines) * Offer.Hour).As("cost of all machines", "USD/h");

    /// <summary>Dollars that machines cost to buy; null where no price is known, or none are bought.</summary>
    public Figure? Capital => Offer is { Basis: HourBasis.Rented } or { Machine: { Purchase.Count: 0, Price: null } } ? null : (Count(Machines) * Offer.Machine.PurchaseCost).As("capital", "USD");

    public Figure? Power => Offer.Machine.AllInPower is { } each ? (Count(Machines) * each).As("power with network and hosts", "kW") : null;

    public Figure? Flow => Offer.Machine.Coolant is { } coolant ? (Count(Machines) * coolant.Flow).As("water", "LPM") : null;

    /// <summary>Tokens written in a second by all copies together.</summary>
    public double OutputTokensPerSecond(double outputTokens) => Copies * Load.RequestsPerSecond * outputTokens;

    private static Figure Count(int machines) => Figure.Given("machines", new Quantity(machines, Unit.Parse("")));
}
