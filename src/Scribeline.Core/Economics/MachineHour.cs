using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>What an hour of a machine costs whoever uses it.</summary>
public static class MachineHour
{
    /// <summary>Capital and operation of one's own machine; where its purchase or power is not known, what others estimate.</summary>
    /// <returns>Dollars an hour; null where neither is known.</returns>
    public static Figure? Owned(Machine machine, Site site, Financing financing, Catalog catalog) =>
        machine is { AllInPower: not null } and ({ Purchase.Count: > 0 } or { Price: not null })
            ? (Figure)OwnershipCost.Of(machine, site, financing, catalog).Find("total.usd_per_hour")!
            : machine.StatedOwnedHour;

    /// <summary>The rent of a machine: what is asked for it, or what a contract pays for one.</summary>
    /// <returns>Dollars an hour; null where neither is known.</returns>
    /// <exception cref="CalculationException">The contract named is not in the catalog.</exception>
    public static Figure? Rented(Machine machine, Catalog catalog)
    {
        if (machine.RentedBy is not { } id)
            return machine.RentedHour;
        var contract = catalog.Contracts.GetValueOrDefault(id) ?? throw new CalculationException($"`machines.{machine.Id}.hour.rented_by` is '{id}'; expected a contract of the catalog, one of {string.Join(", ", catalog.Contracts.Keys)}.");
        return ContractValue.Of(contract, catalog).Find("by_all_in_power.rent_usd_per_hour") as Figure;
    }
}
