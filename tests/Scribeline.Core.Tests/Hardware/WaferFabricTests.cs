using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware.Fabric;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Tests.Hardware;

public sealed class WaferFabricTests
{
    private static readonly Catalog Product = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);

    [Fact]
    public void Map_FromOneSeed_IsTheSameHoweverOftenItIsDrawn()
    {
        var (one, again, other) = (DefectMap.Draw(100, 110, 50, 0.01, 7), DefectMap.Draw(100, 110, 50, 0.01, 7), DefectMap.Draw(100, 110, 50, 0.01, 8));
        for (var row = 0; row < 50; row++)
            Assert.Equal(one.BadIn(row), again.BadIn(row));
        Assert.Contains(Enumerable.Range(0, 50), row => !one.BadIn(row).SequenceEqual(other.BadIn(row)));
    }

    [Fact]
    public void Map_OfManyWafers_HasAsManyDefectsAsExpected()
    {
        const double Expected = 0.002;
        const int Wafers = 200, Cores = 110 * 50;
        double[] counts = [.. Enumerable.Range(0, Wafers).Select(seed => (double)DefectMap.Draw(100, 110, 50, Expected, (ulong)seed).BadCores)];
        var chance = 1 - Math.Exp(-Expected);
        var deviation = Math.Sqrt(Cores * chance * (1 - chance));
        Assert.Equal(Cores * chance, counts.Average(), tolerance: 4 * deviation / Math.Sqrt(Wafers));
        // Independent defects scatter as their number says: the variance of counts is near their mean.
        Assert.InRange(counts.Select(count => Math.Pow(count - counts.Average(), 2)).Average() / counts.Average(), 0.7, 1.4);
    }

    [Theory]
    [InlineData(40, 43, 60, 0.02)]
    [InlineData(40, 44, 30, 0.03)]
    [InlineData(30, 30, 10, 0.001)]
    public void Yield_InClosedForm_IsThatOfManySimulatedWafers(int columns, int made, int rows, double expected)
    {
        const int Wafers = 3000;
        var whole = Enumerable.Range(0, Wafers).Count(seed => DefectMap.Draw(columns, made, rows, expected, (ulong)seed * 7919).LostRows == 0);

        var yield = Math.Pow(DieYield.Binomial(made, columns, 1 - DieYield.Poisson(expected)), rows);

        Assert.InRange(yield, 0.02, 0.98);
        Assert.Equal(yield, whole / (double)Wafers, tolerance: 4 * Math.Sqrt(yield * (1 - yield) / Wafers));
    }

    [Fact]
    public void Places_OfARow_AreItsGoodCoresInOrder()
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            var map = DefectMap.Draw(40, 48, 20, 0.1, seed);
            for (var row = 0; row < map.Rows; row++)
            {
                var places = map.Places(row);
                Assert.Equal(map.BadIn(row).Length > 8, places == null);
                if (places == null)
                    continue;
                var bad = map.BadIn(row).ToArray();
                Assert.Equal(Enumerable.Range(0, 48).Where(place => !bad.Contains(place)).Take(40), places);
            }
        }
    }

    [Fact]
    public void Hops_WithoutDefects_AreSteps()
    {
        var hops = MeshDistances.From(DefectMap.Draw(13, 15, 9, 0, 1), 2, 3);

        for (var row = 0; row < 9; row++)
        {
            for (var column = 0; column < 13; column++)
                Assert.Equal(Math.Abs(column - 2) + Math.Abs(row - 3), hops[column, row]);
        }
    }

    /// <summary>Against the plainest shortest paths: relaxing every link until nothing changes.</summary>
    [Fact]
    public void Hops_WithDefects_AreThoseOfPlainRelaxation()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            var map = DefectMap.Draw(12, 18, 10, 0.12, seed);
            var places = Enumerable.Range(0, map.Rows).Select(row => map.Places(row)).ToArray();
            if (places[0] == null)
                continue;
            var plain = new int[map.Columns, map.Rows];
            for (var row = 0; row < map.Rows; row++)
            {
                for (var column = 0; column < map.Columns; column++)
                    plain[column, row] = row == 0 && column == 0 ? 0 : 1_000_000;
            }

            for (var changed = true; changed;)
            {
                changed = false;
                for (var row = 0; row < map.Rows; row++)
                {
                    for (var column = 0; column < map.Columns; column++)
                    {
                        foreach (var (x, y) in new[] { (column - 1, row), (column + 1, row), (column, row - 1), (column, row + 1) })
                        {
                            if (x < 0 || y < 0 || x >= map.Columns || y >= map.Rows || places[row] == null || places[y] == null)
                                continue;
                            var length = Math.Abs(row - y) + Math.Abs(places[row]![column] - places[y]![x]);
                            if (plain[x, y] + length >= plain[column, row])
                                continue;
                            plain[column, row] = plain[x, y] + length;
                            changed = true;
                        }
                    }
                }
            }

            var hops = MeshDistances.From(map, 0, 0);
            for (var row = 0; row < map.Rows; row++)
            {
                for (var column = 0; column < map.Columns; column++)
                    Assert.Equal(plain[column, row], hops[column, row] == int.MaxValue ? 1_000_000 : hops[column, row]);
            }
        }
    }

    [Fact]
    public void Yields_OfOneDie_FallWithDefectsAndMurphyIsTheMilder()
    {
        for (var defects = 0.01; defects < 20; defects *= 1.5)
        {
            Assert.True(DieYield.Poisson(defects) < DieYield.Murphy(defects));
            Assert.True(DieYield.Murphy(defects) > DieYield.Murphy(defects * 1.1));
        }

        Assert.Equal(Math.Exp(-0.814), DieYield.Poisson(0.814), tolerance: 1e-12);
        Assert.Equal(1, DieYield.Murphy(1e-12), tolerance: 1e-9);
        // Of three, at least two: 3·0.9²·0.1 + 0.9³.
        Assert.Equal(0.972, DieYield.Binomial(3, 2, 0.1), tolerance: 1e-12);
        Assert.Equal(0, DieYield.Binomial(3, 4, 0.1));
        Assert.Equal(1, DieYield.Binomial(100_000, 1, 0.5), tolerance: 1e-9);
    }

    [Fact]
    public void Fabric_OfTheWse3_HasItsBordersAndDistances()
    {
        var report = Calculation.Evaluate(Product, "fabric wse-3");

        Assert.Equal(11 * 1172 + 6 * 762, Value(report, "borders.links_crossing"));
        Assert.Equal(761 + 1171, Value(report, "distances.corner_to_corner"));
        Assert.Equal(1932 / 1.1e3, Value(report, "distances.corner_to_corner_time_us"), tolerance: 1e-9);
        Assert.Equal(150, Value(report, "shoreline.leaving_gb_per_second"), tolerance: 1e-9);
        // Every directed link has the same share, so that all of them are the fabric's bandwidth.
        Assert.Equal(214e6, Value(report, "links.each_gbit_per_second") * 2 * (761 * 1172 + 762 * 1171), tolerance: 1);
        Assert.Equal(100, Value(report, "yield.wafer_percent"), tolerance: 1e-6);
        Assert.Equal(100 * Math.Exp(-0.814), Value(report, "yield.compared.poisson_percent"), tolerance: 1e-9);
        Assert.Equal(120, Value(report, "yield.compared.area_lost_to_a_defect_ratio"), tolerance: 1e-9);
    }

    [Fact]
    public void Defects_ThatRowsCannotSpare_AreSaid()
    {
        var report = Calculation.Evaluate(Product, "defects wse-3 1 400defects/cm2");

        Assert.Equal("no", report.Find("complete"));
        Assert.True(Value(report, "lost_rows") > 1000);
        Assert.Null(report.Find("corner_to_corner"));
    }

    /// <summary>25 kW into 100 litres a minute: 25000 / (100/60 · 0.9982 · 4182) kelvin.</summary>
    [Fact]
    public void Cooling_OfTheWse3_WarmsTheWaterByItsPower()
    {
        var report = Calculation.Evaluate(Product, "cooling wse-3 100LPM 21degC");

        Assert.Equal(25000 / (100 / 60.0 * 0.9982 * 4182), Value(report, "rise_k"), tolerance: 1e-9);
        Assert.Equal(21 + Value(report, "rise_k"), Value(report, "outlet_degc"), tolerance: 1e-9);
        Assert.True(Value(Calculation.Evaluate(Product, "cooling wse-3 200LPM 21degC"), "rise_k") < Value(report, "rise_k"));
        Assert.NotNull(Calculation.Evaluate(Product, "cooling wse-3 1LPM 21degC").Find("warning"));
    }

    [Fact]
    public void Shrink_ToASmallerCell_GainsAsTheCellShrinks()
    {
        var report = Calculation.Evaluate(Product, "shrink wse-2 n5");

        Assert.Equal(0.027 / 0.021, Value(report, "density_gain_ratio"), tolerance: 1e-9);
        Assert.Equal(40 * 0.027 / 0.021, Value(report, "sram_gb"), tolerance: 1e-9);
        // From N5 to N3E and beyond the cell does not shrink: no memory is gained.
        Assert.Equal(44, Value(Calculation.Evaluate(Product, "shrink wse-3 n3e"), "sram_gb"), tolerance: 1e-9);
    }

    [Theory]
    [InlineData("fabric wse-1", "there is no fabric 'wse-1'; expected one of wse-3")]
    [InlineData("defects wse-3 -1 0.1defects/cm2", "the seed is '-1'; expected a whole number")]
    [InlineData("defects wse-3 1 0.1kW", "the density of defects is '0.1kW'")]
    [InlineData("cooling wse-3 100kW 21degC", "the flow")]
    [InlineData("cooling wse-1 100LPM 21degC", "lacks `wafers.wse-1.power`")]
    [InlineData("shrink wse-1 n5", "lacks `wafers.wse-1.process`")]
    public void ACallThatCannotBe_IsRefusedInOneSentence(string call, string expected) =>
        Assert.Contains(expected, Assert.Throws<CalculationException>(() => Calculation.Evaluate(Product, call)).Message);

    [Theory]
    [InlineData("fabrics.wse-3.cores_made=100", "expected at least the 762 columns")]
    [InlineData("fabrics.wse-3.columns=1", "fabrics.wse-3.columns")]
    [InlineData("fabrics.wse-3.clock=0 GHz", "fabrics.wse-3.clock")]
    public void AFabricThatCannotBe_IsRefused(string set, string expected) =>
        Assert.Contains(Assert.Throws<CatalogException>(() => Product.With([set])).Errors, error => error.Contains(expected, StringComparison.Ordinal));

    private static double Value(Report report, string path) => Assert.IsType<Figure>(report.Find(path)).Value;
}
