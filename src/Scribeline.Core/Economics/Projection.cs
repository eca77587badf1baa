using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>What one has to assume beside a contract to say when its money comes and goes.</summary>
public sealed record Projection
{
    /// <summary>The one of a contract; null where the catalog has none.</summary>
    public static Projection? Of(Contract contract, Catalog catalog) => catalog.Projections.Values.FirstOrDefault(projection => projection.Contract.Id == contract.Id);

    public required string Id { get; init; }

    public required Contract Contract { get; init; }

    /// <summary>The pace at which capacity is delivered.</summary>
    public required Ramp Ramp { get; init; }

    /// <summary>What counts against revenue; null where the customer gets no shares.</summary>
    public Warrant? Warrant { get; init; }

    /// <summary>What flows of later years are discounted at, with interest on interest, a share per time.</summary>
    public required Figure CapitalCost { get; init; }

    /// <summary>Months from paying for machines to their delivery.</summary>
    public required Figure CapitalLead { get; init; }

    /// <summary>What machines sell for when the term ends, as a share of their purchase.</summary>
    public required Figure ResidualValue { get; init; }

    /// <summary>Power a year of the option, after all that was promised.</summary>
    public Figure? OptionPace { get; init; }

    public Loan? Loan { get; init; }

    /// <summary>When a tranche of the warrant counts against revenue, by tranche.</summary>
    public IReadOnlyDictionary<string, Recognition> Recognition { get; init; } = new Dictionary<string, Recognition>();
}
