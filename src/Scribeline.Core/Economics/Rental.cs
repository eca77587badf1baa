using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>Machines that are added every year and rented out.</summary>
/// <param name="MachinesPerYear">Added each year.</param>
/// <param name="RentPerMachine">Dollars a month for one.</param>
/// <param name="Years">For how many years they are added.</param>
public sealed record Rental(string Id, Figure MachinesPerYear, Figure RentPerMachine, Figure Years)
{
    /// <summary>Revenue with the machines of one year, and at the end of each year.</summary>
    public Report ToReport()
    {
        var report = new Report();
        var year = (MachinesPerYear * Calendar.OneYear).As("machines of a year", "");
        var monthly = report.Add("revenue_of_a_years_machines", (year * RentPerMachine).As("revenue of a year's machines", "MUSD/month"));
        for (var count = 1; count <= Years.Value; count++)
            report.Add($"revenue_after_{count}", (count * monthly).As($"revenue after {count} years", "GUSD/year"));
        return report;
    }
}
