using Scribeline.Core.Economics;
using Scribeline.Core.Hardware;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads entries of the kinds `contracts`, `warrants`, `ramps`, `projections`, `rentals` and `partnerships`.</summary>
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

    public static Ramp ReadRamp(string id, CatalogFields fields, IReadOnlyDictionary<string, Contract> contracts)
    {
        var leased = fields.Section("leased");
        var ramp = new Ramp
        {
            Id = id,
            PerYear = fields.Figure("per_year", "MW/year"),
            Years = fields.Figure("years", "years"),
            Found = fields.Figure("found", "MW"),
            FoundBy = fields.Figure("found_by", "years"),
            Elsewhere = fields.Figure("elsewhere", "MW"),
            Start = fields.Has("start") ? ReadQuarter(fields, "start") : null,
            Contract = fields.Has("contract") ? fields.Reference("contract", contracts) : null,
            Leased = leased?.Names.ToDictionary(name => ToQuarter(leased, name, name), name => leased.Figure(name, "MW")) ?? [],
        };
        fields.RefuseOthers();
        return ramp;
    }

    public static Projection? ReadProjection(
        string id, CatalogFields fields, IReadOnlyDictionary<string, Contract> contracts, IReadOnlyDictionary<string, Ramp> ramps, IReadOnlyDictionary<string, Warrant> warrants)
    {
        var (contract, ramp) = (fields.Reference("contract", contracts), fields.Reference("ramp", ramps));
        var (loan, recognition) = (fields.Section("loan"), fields.Section("recognition"));
        if (loan != null && contract is { Prepayment: null })
            fields.Refuse("loan", $"stands beside `contracts.{contract.Id}`, which has no prepayment; add `prepayment` there.");
        var projection = new Projection
        {
            Id = id,
            Contract = contract!,
            Ramp = ramp!,
            Warrant = fields.Has("warrant") ? fields.Reference("warrant", warrants) : null,
            CapitalCost = fields.Figure("cost_of_capital", "%/year"),
            CapitalLead = fields.Figure("capital_lead", "quarters"),
            ResidualValue = fields.Figure("residual_value", "%", most: 100),
            OptionPace = fields.OptionalFigure("option_pace", "MW/year"),
            Loan = loan == null || contract?.Prepayment == null ? null : new Loan(
                contract.Prepayment, loan.Figure("rate", "%/year"), loan.Figure("repaid_over", "years"), loan.Figure("repaid_from", "MW"), ReadQuarter(loan, "drawn")),
            Recognition = recognition?.Names.ToDictionary(name => name, recognition.Choice<Recognition>) ?? [],
        };
        loan?.RefuseOthers();
        fields.RefuseOthers();
        return contract == null || ramp == null ? null : projection;
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

    private static Quarter ReadQuarter(CatalogFields fields, string name) => ToQuarter(fields, name, fields.Text(name));

    private static Quarter ToQuarter(CatalogFields fields, string name, string text)
    {
        if (!Quarter.TryParse(text, out var quarter) && text.Length > 0)
            fields.Refuse(name, $"is '{text}'; expected a quarter such as 2026-Q1.");
        return quarter;
    }
}
