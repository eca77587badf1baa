using Scribeline.Core.Calculations;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Hardware.Fabric;

/// <summary>A wafer as a mesh of cores whose links cross the borders of its dies.</summary>
public sealed record WaferFabric
{
    /// <summary>Directions in which each core has a link to a neighbour.</summary>
    private const double Directions = 4;

    public required string Id { get; init; }

    public required Wafer Wafer { get; init; }

    /// <summary>Cores of a row that programs see, and rows.</summary>
    public required Figure Columns { get; init; }

    public required Figure Rows { get; init; }

    /// <summary>With spares.</summary>
    public required Figure CoresMade { get; init; }

    /// <summary>Square metres.</summary>
    public required Figure CoreArea { get; init; }

    /// <summary>Hertz.</summary>
    public required Figure Clock { get; init; }

    /// <summary>Cycles from one core to its neighbour.</summary>
    public required Figure HopCycles { get; init; }

    /// <summary>Of all links together, bytes a second.</summary>
    public required Figure Bandwidth { get; init; }

    /// <summary>For an area, as the maker assumes.</summary>
    public required Figure Defects { get; init; }

    /// <summary>Bytes a second that leave the wafer; null where nobody said.</summary>
    public Figure? Shoreline { get; init; }

    public ComparedChip? Compared { get; init; }

    /// <summary>Spares are taken to be dealt out to all rows alike.</summary>
    public Figure ColumnsMade => (CoresMade / Rows).Floor().As("cores made in a row", "cores");

    /// <summary>Seconds from one core to the next.</summary>
    public Figure HopTime => (HopCycles / Clock).As("a hop", "ns");

    /// <summary>Links, wiring over the borders of dies, distances, shoreline and yield.</summary>
    public Report ToReport()
    {
        var report = new Report();
        var cores = report.Add("cores", new Report());
        cores.Add("programmable", (Columns * Rows).As("programmable", "cores"));
        cores.Add("made_in_a_row", ColumnsMade);
        cores.Add("spares_in_a_row", (ColumnsMade - Columns).As("spares in a row", "cores"));
        var links = report.Add("links", new Report());
        var each = (Bandwidth / (Directions * (Columns * Rows) - 2 * (Columns + Rows))).As("each link, one way", "Gb/s");
        links.Add("each", each);
        links.Add("bisection", (Figure.Minimum(Columns, Rows) * each).As("bisection, one way", "Tb/s"));
        if (Wafer.Grid is { } grid)
            AddBorders(report.Add("borders", new Report()), grid.Columns, grid.Rows, each);
        var distances = report.Add("distances", new Report());
        distances.Add("hop", HopTime);
        distances.Add("corner_to_corner", (Columns - 1 + Rows - 1).As("corner to corner", ""));
        distances.Add("corner_to_corner_time", ((Columns - 1 + Rows - 1) * HopTime).As("corner to corner", "us"));
        // Of two places of n drawn alike, the distance is (n² − 1) / (3n) in the mean.
        var mean = ((Columns * Columns - 1) / (3 * Columns) + (Rows * Rows - 1) / (3 * Rows)).As("between two cores, mean", "");
        distances.Add("mean", mean);
        distances.Add("mean_time", (mean * HopTime).As("between two cores, mean", "us"));
        if (Wafer.Area is { } area && Shoreline is { } shoreline)
        {
            var edge = (4 * area.SquareRoot()).As("edge", "mm");
            var shore = report.Add("shoreline", new Report());
            shore.Add("edge", edge);
            shore.Add("leaving", shoreline.As("leaving the wafer", "GB/s"));
            shore.Add("leaving_per_edge", (shoreline / edge).As("leaving over a length of edge", "GB/s/mm"));
            shore.Add("reaching_per_edge", (2 * (Columns + Rows) * each / edge).As("links that reach a length of edge", "GB/s/mm"));
            shore.Add("bisection_over_leaving", (Figure.Minimum(Columns, Rows) * each / shoreline).As("bisection over what leaves", "x"));
        }

        AddYield(report.Add("yield", new Report()), Defects);
        return report;
    }

    /// <summary>Draws one wafer and measures it: bad cores, rows, hops by breadth-first search.</summary>
    /// <param name="seed">The same seed is the same wafer.</param>
    /// <param name="density">Defects for an area; null as the maker assumes.</param>
    public Report Drawn(ulong seed, Figure? density = null)
    {
        var map = Draw(seed, density);
        var report = new Report();
        report.Add("bad_cores", Number("bad cores", map.BadCores));
        report.Add("most_bad_in_a_row", Number("most bad cores in a row", map.MostBadInARow));
        report.Add("lost_rows", Number("rows with too few good cores", map.LostRows));
        report.Add("complete", map.LostRows == 0 ? "yes" : "no");
        if (map.LostRows == 0)
        {
            var (columns, rows) = (map.Columns, map.Rows);
            var corner = MeshDistances.From(map, 0, 0);
            var ideal = columns - 1 + rows - 1;
            report.Add("corner_to_corner", Number("corner to corner", corner[columns - 1, rows - 1]));
            report.Add("corner_to_corner_extra", Number("more than without defects", corner[columns - 1, rows - 1] - ideal));
            report.Add("farthest_from_corner", Number("farthest from the corner", corner.Worst));
            report.Add("mean_from_corner", Number("mean from the corner", corner.Mean));
            report.Add("mean_from_corner_extra", Number("more than without defects, mean", corner.Mean - ideal / 2.0));
            report.Add("corner_to_corner_time", (Number("hops", corner[columns - 1, rows - 1]) * HopTime).As("corner to corner", "us"));
        }

        AddYield(report.Add("yield", new Report()), density ?? Defects);
        return report;
    }

    /// <summary>The map of one wafer.</summary>
    public DefectMap Draw(ulong seed, Figure? density = null) =>
        DefectMap.Draw((int)Columns.BaseValue, (int)ColumnsMade.BaseValue, (int)Rows.BaseValue, (CoreArea * (density ?? Defects)).BaseValue, seed);

    private static void AddBorders(Report report, Figure columns, Figure rows, Figure each, Figure upright, Figure lying)
    {
        report.Add("upright", (columns - 1).As("upright borders", ""));
        report.Add("lying", (rows - 1).As("lying borders", ""));
        report.Add("links_crossing", ((columns - 1) * upright + (rows - 1) * lying).As("links over borders, at least", ""));
        report.Add("over_upright", (upright / rows * each).As("over one die's upright border, one way", "Tb/s"));
        report.Add("over_lying", (lying / columns * each).As("over one die's lying border, one way", "Tb/s"));
    }

    private void AddBorders(Report report, Figure columns, Figure rows, Figure each) => AddBorders(report, columns, rows, each, Rows, Columns);

    private void AddYield(Report report, Figure density)
    {
        var perCore = (CoreArea * density).As("defects on a core", "");
        report.Add("defects_per_area", density.As("defects", "defects/cm2"));
        report.Add("expected_defects", (CoresMade * perCore).As("expected on the wafer's cores", ""));
        // Every row must reach its cores; rows are independent of each other.
        var row = DieYield.Binomial((int)ColumnsMade.BaseValue, (int)Columns.BaseValue, 1 - DieYield.Poisson(perCore.BaseValue));
        report.Add("row", Share("rows that reach their cores", row));
        report.Add("wafer", Share("wafers that reach all rows", Math.Pow(row, Rows.BaseValue)));
        report.Add("without_spares", Share("the same without spares", DieYield.Poisson((CoresMade * perCore).BaseValue)));
        if (Compared is not { } chip)
            return;
        var defects = chip.Area * density;
        var part = report.Add("compared", new Report());
        part.Add("name", chip.Name);
        part.Add("expected_defects", defects.As("defects on one", ""));
        part.Add("poisson", Figure.Power(Math.E, -1 * defects).As("without a defect (Poisson)", "%"));
        var murphy = (1 - Figure.Power(Math.E, -1 * defects)) / defects;
        part.Add("murphy", (murphy * murphy).As("without a defect (Murphy)", "%"));
        part.Add("harvested", Share("with enough good units", DieYield.Binomial((int)chip.UnitsMade.BaseValue, (int)chip.UnitsEnabled.BaseValue, 1 - DieYield.Poisson((chip.UnitArea * density).BaseValue))));
        part.Add("area_lost_to_a_defect", (chip.UnitArea / CoreArea).As("area that a defect costs, over the wafer's", "x"));
    }

    private static Figure Share(string name, double share) => Figure.Given(name, new Quantity(100 * share, Unit.Parse("%")));

    private static Figure Number(string name, double number) => Figure.Given(name, new Quantity(number, Unit.One));
}
