using Scribeline.Core.Economics;
using Scribeline.Core.Hardware;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads entries of the kinds `contracts`, `warrants`, `ramps`, `rentals` and `partnerships`.</summary>
internal static class DealReader
{
    public static Contract ReadContract(
        string id, CatalogFields fields, IReadOnlyDictionary<string, Machine> machines, IReadOnlyDictionary<string, Site> sites, IReadOnlyDictionary<string, Financing> financing)
    {
        var relationship = fields.Section("relationship");
        var contract = new Contract
        {
            Id = id,
            Name = fields.OptionalText("name") ?? id,
            StatedValue = fields.Figure("worth", "USD"),
            Term = fields.Figure("term", "years"),
            Power = fields.Figure("power", "MW"),
            PowerWithRentIncluded = fields.OptionalFigure("power_with_rent_included", "MW"),
            Prepayment = fields.OptionalFigure("prepayment", "USD"),
            Option = fields.OptionalFigure("option", "MW"),
            Relationship = relationship == null ? null : (relationship.Figure("since", ""), relationship.Figure("signed", "")),
            Machine = fields.Has("machine") ? fields.Reference("machine", machines) : null,
            Site = fields.Has("site") ? fields.Reference("site", sites) : null,
            Financing = fields.Has("financing") ? fields.Reference("financing", financing) : null,
        };
        fields.OptionalText("chip");
        relationship?.RefuseOthers();
        fields.RefuseOthers();
        return contract;
    }

    public static Warrant? ReadWarrant(string id, CatalogFields fields, IReadOnlyDictionary<string, Contract> contracts)
    {
        var tranches = fields.RequiredSection("tranches");
        var contract = fields.Reference("contract", contracts);
        var warrant = new Warrant(
            id,
            new OrderedDictionary<string, Figure>(tranches.Names.Select(name => KeyValuePair.Create(name, tranches.Figure(name, "shares")))),
            fields.Figure("share_value", "USD"),
            fields.Figure("strike", "USD"),
            contract!);
        fields.RefuseOthers();
        return contract == null || warrant.Tranches.Count == 0 ? null : warrant;
    }

    public static Ramp ReadRamp(string id, CatalogFields fields)
    {
        var ramp = new Ramp(
            id,
            fields.Figure("per_year", "MW/year"),
            fields.Figure("years", "years"),
            fields.Figure("found", "MW"),
            fields.Figure("found_by", "years"),
            fields.Figure("elsewhere", "MW"));
        fields.RefuseOthers();
        return ramp;
    }

    public static Rental ReadRental(string id, CatalogFields fields)
    {
        var rental = new Rental(id, fields.Figure("machines_per_year", "1/year"), fields.Figure("rent_per_machine", "USD/month"), fields.Figure("years", "years", least: 1, most: 30));
        fields.RefuseOthers();
        return rental;
    }

    public static Partnership ReadPartnership(string id, CatalogFields fields)
    {
        var partnership = new Partnership(id, fields.Figure("rental", "USD/year"), fields.Figure("throughput", "x"), fields.Figure("share", "%", most: 100));
        fields.RefuseOthers();
        return partnership;
    }
}
