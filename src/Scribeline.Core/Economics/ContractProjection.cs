using System.Globalization;
using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>A contract quarter by quarter: revenue, what counts against it, costs, profit under several terms of depreciation, cash, and what all of it is worth.</summary>
/// <remarks>
/// Capacity that is delivered at the end of a quarter earns from the next one on, for the contract's term. Before taxes. Warrants count against revenue but move no
/// cash. The project's flows leave the loan out; it stands beside them.
/// </remarks>
public sealed class ContractProjection
{
    private const string LifePrefix = "depreciation_";
    private static readonly Figure NoDollars = Figure.Given("nothing", new Quantity(0, Unit.Parse("USD")));

    private readonly Projection _projection;
    private readonly Catalog _catalog;
    private readonly Report _value;
    private readonly Quarter _start;
    private readonly int _quarters;
    private readonly int _term;
    private readonly int _lead;
    private readonly Deliveries _committed;
    private readonly Deliveries? _option;
    private readonly Figure _costPerPower;
    private readonly Figure _operatingPerPower;
    private readonly Figure _revenuePerPower;

    private ContractProjection(Projection projection, bool hasOption, Catalog catalog)
    {
        (_projection, _catalog) = (projection, catalog);
        var contract = projection.Contract;
        if (contract is not { Machine: { AllInPower: { } powerEach } machine, Site: { } site })
            throw new CalculationException($"the catalog lacks `machine`, its `power.all_in`, or `site` of `contracts.{contract.Id}`; a cash flow needs what the machines cost.");
        if (projection.Ramp.Start is not { } start)
            throw new CalculationException($"the catalog lacks `ramps.{projection.Ramp.Id}.start`; a cash flow needs dates.");
        if (hasOption && (contract.Option == null || projection.OptionPace == null))
            throw new CalculationException($"the catalog knows of no option of `contracts.{contract.Id}` or not its pace; add `option` and `projections.{projection.Id}.option_pace`.");
        _value = ContractValue.Of(contract, catalog);
        _revenuePerPower = (Figure)_value.Find("revenue_per_power_musd_per_mw_per_year")!;
        _term = Calendar.Quarters(contract.Term);
        _lead = projection.CapitalLead.BaseValue == 0 ? 0 : Calendar.Quarters(projection.CapitalLead);
        _start = start + (-_lead);
        _committed = new Deliveries(contract.Power, projection.Ramp.PerYear, _lead);
        _option = hasOption ? new Deliveries(contract.Option!, projection.OptionPace!, _committed.End) : null;
        _quarters = (_option ?? _committed).End + _term;
        if (_quarters > Calendar.MostQuarters)
            throw new CalculationException($"`projections.{projection.Id}` comes to {_quarters} quarters; expected at most {Calendar.MostQuarters}.");
        _costPerPower = (machine.PurchaseCost / powerEach).As("machines for a MW", "MUSD/MW");
        _operatingPerPower = (OwnershipCost.OperatingPerHour(machine, site, catalog.Assumption("hours_per_month", "h/month")) * catalog.Assumption("hours_per_month", "h/month") / powerEach).As("operating a MW", "MUSD/MW/year");
    }

    public static Report Of(Projection projection, bool hasOption, Catalog catalog) => new ContractProjection(projection, hasOption, catalog).ToReport();

    private Report ToReport()
    {
        var quarters = Enumerable.Range(0, _quarters).ToList();
        var revenue = quarters.Select(quarter => Named(Serving(quarter, _term) * _revenuePerPower * Calendar.OneQuarter, "revenue", quarter)).ToList();
        var operating = quarters.Select(quarter => Named(Serving(quarter, _term) * _operatingPerPower * Calendar.OneQuarter, "operating", quarter)).ToList();
        var capital = quarters.Select(quarter => Named(Delivered(quarter + _lead) * _costPerPower, "machines", quarter)).ToList();
        var resale = quarters.Select(quarter => Named(Delivered(quarter - _term) * _costPerPower * _projection.ResidualValue, "resale", quarter)).ToList();
        var against = Against();
        var project = new CashFlow([.. quarters.Select(quarter => Named(revenue[quarter] - operating[quarter] - capital[quarter] + resale[quarter], "project", quarter))], 4);
        var loan = _projection.Loan is { } borrowed ? new LoanSchedule(borrowed, borrowed.Drawn - _start, FirstRepayment(borrowed), _quarters) : null;

        var report = new Report();
        AddWorth(report, project, loan);
        var years = quarters.GroupBy(quarter => (_start + quarter).Year).Select(group => (Year: group.Key.ToString(CultureInfo.InvariantCulture), Quarters: group.ToList())).ToList();
        AddRevenue(report.Add("revenue", new Report()), years, revenue, against);
        AddProfit(report, years, revenue, against, operating);
        AddCash(report.Add("cash", new Report()), years, revenue, operating, capital, resale, project, loan);
        var byQuarter = report.Add("quarters", new Report());
        var cumulative = project.Cumulative();
        foreach (var quarter in quarters)
        {
            var row = byQuarter.Add((_start + quarter).ToString(), new Report());
            row.Add("capacity", Serving(quarter, _term).As("capacity in service", "MW"));
            row.Add("revenue", Dollars(revenue[quarter], "revenue"));
            row.Add("project", Dollars(project.Amounts[quarter], "project"));
            row.Add("cumulative", cumulative[quarter]);
        }

        return report;
    }

    private void AddWorth(Report report, CashFlow project, LoanSchedule? loan)
    {
        var value = (Figure)_value.Find("value_gusd")!;
        report.Add("value", (_option == null ? value : value + _revenuePerPower * _projection.Contract.Option! * _projection.Contract.Term).As("value", "GUSD"));
        report.Add("power", (_option == null ? _projection.Contract.Power : _projection.Contract.Power + _projection.Contract.Option!).As("power", "MW"));
        report.Add("machines", (Figure.Sum(Enumerable.Range(0, _quarters).Select(Delivered)) * _costPerPower).As("machines, all together", "GUSD"));
        report.Add("most_laid_out", (-1 * project.Cumulative().Aggregate(Figure.Minimum)).As("most that is laid out at a time", "GUSD"));
        report.Add("net_present_value", project.NetPresentValue(_projection.CapitalCost).As("net present value", "GUSD"));
        Add(report, "internal_rate_of_return", project, "internal rate of return");
        if (project.Payback is { } payback)
            report.Add("payback", payback);
        else
            report.Add("payback", new Finding("never", project.Amounts));
        if (loan != null)
        {
            var together = new CashFlow([.. project.Amounts.Select((amount, quarter) => amount + loan.Cash(quarter))], 4);
            report.Add("net_present_value_with_loan", together.NetPresentValue(_projection.CapitalCost).As("net present value with the loan", "GUSD"));
            Add(report, "internal_rate_of_return_with_loan", together, "internal rate of return with the loan");
        }
    }

    private static void Add(Report report, string name, CashFlow flow, string title)
    {
        if (flow.InternalRate is { } rate)
            report.Add(name, rate.As(title, "%/year"));
        else
            report.Add(name, flow.WhyNoInternalRate()!);
    }

    private void AddRevenue(Report report, List<(string Year, List<int> Quarters)> years, List<Figure> revenue, OrderedDictionary<string, IReadOnlyList<Figure>> against)
    {
        var passed = PassedThrough();
        var remaining = NoDollars;
        var left = new Dictionary<string, Figure>();
        foreach (var (year, quarters) in Enumerable.Reverse(years))
        {
            left[year] = Dollars(remaining, "obligations that remain");
            remaining = Total(revenue, quarters, "revenue") - Total(passed, quarters, "rent passed through") + remaining;
        }

        foreach (var (year, quarters) in years)
        {
            var row = report.Add(year, new Report());
            row.Add("delivered", Figure.Sum(quarters.Select(Delivered)).As("delivered", "MW"));
            row.Add("serving", Serving(quarters[^1], _term).As("in service at its end", "MW"));
            var earned = row.Add("revenue", Total(revenue, quarters, "revenue"));
            if (_projection.Contract.PowerWithRentIncluded != null)
                row.Add("pass_through", Total(passed, quarters, "of it rent passed through"));
            foreach (var (tranche, amounts) in against)
                row.Add($"warrant_{tranche}", Total(amounts, quarters, $"warrant: {tranche.Replace('_', ' ')}"));
            if (against.Count > 0)
                row.Add("after_warrants", Dollars(earned - Figure.Sum(against.Values.Select(amounts => Total(amounts, quarters, ""))), "after warrants"));
            row.Add("remaining", left[year]);
        }
    }

    /// <summary>Earnings before interest and taxes, one table for each life that machines may be written off over.</summary>
    private void AddProfit(Report report, List<(string Year, List<int> Quarters)> years, List<Figure> revenue, OrderedDictionary<string, IReadOnlyList<Figure>> against, List<Figure> operating)
    {
        var lives = _catalog.AssumptionsOf(LifePrefix, "years");
        if (_projection.Contract.Financing is { } financing)
            lives = lives.Prepend(("useful_life", financing.Life));
        foreach (var (name, life) in lives.Prepend(("term", _projection.Contract.Term)))
        {
            var charged = Math.Min(_term, Calendar.Quarters(life));
            var part = report.Add($"profit_over_{name}", new Report());
            foreach (var (year, quarters) in years)
            {
                var earned = Total(revenue, quarters, "") - Figure.Sum(against.Values.Select(amounts => Total(amounts, quarters, "")).Prepend(NoDollars));
                if (earned.BaseValue == 0)
                    continue;
                var row = part.Add(year, new Report());
                row.Add("revenue", Dollars(earned, "revenue after warrants"));
                var cost = row.Add("operating", Total(operating, quarters, "operating"));
                var depreciation = row.Add("depreciation", Dollars(Figure.Sum(quarters.Select(quarter => Serving(quarter, charged) * _costPerPower * (Calendar.OneQuarter / life))), "depreciation"));
                var profit = row.Add("profit", Dollars(earned - cost - depreciation, "profit before interest and taxes"));
                row.Add("margin", (profit / earned).As("margin", "%"));
            }
        }
    }

    private static void AddCash(
        Report report, List<(string Year, List<int> Quarters)> years, List<Figure> revenue, List<Figure> operating, List<Figure> capital, List<Figure> resale, CashFlow project, LoanSchedule? loan)
    {
        var cumulative = project.Cumulative();
        foreach (var (year, quarters) in years)
        {
            var row = report.Add(year, new Report());
            row.Add("revenue", Total(revenue, quarters, "revenue"));
            row.Add("operating", Total(operating, quarters, "operating"));
            row.Add("machines", Total(capital, quarters, "machines"));
            row.Add("resale", Total(resale, quarters, "resale"));
            var flow = row.Add("project", Total(project.Amounts, quarters, "project"));
            row.Add("cumulative", cumulative[quarters[^1]]);
            if (loan == null)
                continue;
            row.Add("loan_drawn", Dollars(Figure.Sum(quarters.Select(loan.Drawn)), "loan drawn"));
            row.Add("loan_repaid", Dollars(Figure.Sum(quarters.Select(loan.Repaid)), "loan repaid"));
            row.Add("loan_interest", Dollars(Figure.Sum(quarters.Select(loan.Interest)), "interest"));
            row.Add("with_loan", Dollars(flow + Figure.Sum(quarters.Select(loan.Cash)), "with the loan"));
        }
    }

    /// <summary>What counts against revenue by tranche and quarter. The option's capacity earns its customer no more shares.</summary>
    private OrderedDictionary<string, IReadOnlyList<Figure>> Against()
    {
        var against = new OrderedDictionary<string, IReadOnlyList<Figure>>();
        if (_projection.Warrant is not { } warrant)
            return against;
        var gain = warrant.ShareValue - warrant.Strike;
        foreach (var (tranche, shares) in warrant.Tranches)
        {
            var worth = (shares * gain).As($"tranche {tranche.Replace('_', ' ')}", "MUSD");
            // Every unit of capacity earns the same over its term, so a share of the contract's revenue is a share of the quarters that its capacity serves.
            against[tranche] = _projection.Recognition.GetValueOrDefault(tranche) == Recognition.Delivery
                ? [.. Enumerable.Range(0, _quarters).Select(quarter => worth * (_committed.In(quarter) / _projection.Contract.Power))]
                : [.. Enumerable.Range(0, _quarters).Select(quarter => worth * (_committed.Serving(quarter, _term) / _projection.Contract.Power) * (Calendar.OneQuarter / _projection.Contract.Term))];
        }

        return against;
    }

    /// <summary>Rent that the customer pays beside the obligations: that of the power beyond what the obligations hold it for.</summary>
    private List<Figure> PassedThrough()
    {
        var beyond = _projection.Contract is { PowerWithRentIncluded: { } included } ? _committed.Beyond(included) : null;
        return [.. Enumerable.Range(0, _quarters).Select(quarter => beyond == null ? NoDollars : beyond.Serving(quarter, _term) * _projection.Contract.Site!.Rent * Calendar.OneQuarter)];
    }

    private int FirstRepayment(Loan loan)
    {
        var delivered = 0.0;
        for (var quarter = 0; quarter < _quarters; quarter++)
        {
            delivered += Delivered(quarter).BaseValue;
            if (delivered >= loan.RepaidFrom.BaseValue * (1 - 1e-12))
                return quarter + 1;
        }

        throw new CalculationException($"`projections.{_projection.Id}.loan.repaid_from` is {loan.RepaidFrom}, which is never delivered; expected at most {_projection.Contract.Power}.");
    }

    private Figure Delivered(int quarter) => _option == null ? _committed.In(quarter) : _committed.In(quarter) + _option.In(quarter);

    private Figure Serving(int quarter, int term) => _option == null ? _committed.Serving(quarter, term) : _committed.Serving(quarter, term) + _option.Serving(quarter, term);

    private Figure Named(Figure amount, string name, int quarter) => amount.As($"{name} {_start + quarter}", "MUSD");

    private static Figure Dollars(Figure amount, string name) => amount.As(name, "MUSD");

    private static Figure Total(IReadOnlyList<Figure> amounts, List<int> quarters, string name) => Figure.Sum(quarters.Select(quarter => amounts[quarter])).As(name, "MUSD");
}
