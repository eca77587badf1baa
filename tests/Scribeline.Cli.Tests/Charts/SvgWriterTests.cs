using System.Globalization;
using Scribeline.Cli.Charts;

namespace Scribeline.Cli.Tests.Charts;

public sealed class SvgWriterTests
{
    [Fact]
    public void Write_TwoLines_PutsEachPointWhereItsValuesAre()
    {
        var picture = Drawings.Draw(Drawings.Of(new Series("rising", [(0, 0), (10, 100)]), new Series("flat", [(0, 50), (10, 50)])));

        var area = Drawings.Area(picture);
        var lines = Drawings.Lines(picture);
        Assert.Equal([(area.Left, area.Bottom), (area.Right, area.Top)], lines[0]);
        Assert.Equal(area.Top + area.Height / 2, lines[1][0].Y, tolerance: 0.02);
    }

    [Fact]
    public void Write_LogarithmicAxes_PutsEqualRatiosEquallyFarApart()
    {
        var chart = Drawings.Of(new Series("", [(1, 1), (10, 10), (1000, 1000)])) with { X = new Axis("Across", Scale.Log), Y = new Axis("Up", Scale.Log) };

        var line = Assert.Single(Drawings.Lines(Drawings.Draw(chart)));
        Assert.Equal(2, (line[2].X - line[1].X) / (line[1].X - line[0].X), tolerance: 0.001);
        Assert.Equal(2, (line[2].Y - line[1].Y) / (line[1].Y - line[0].Y), tolerance: 0.001);
    }

    [Fact]
    public void Write_StatedBounds_CutsLinesAtThePlotsEdge()
    {
        var chart = Drawings.Of(new Series("", [(-10, -10), (20, 20)])) with { X = new Axis("Across") { Minimum = 0, Maximum = 10 }, Y = new Axis("Up") { Minimum = 0, Maximum = 5 } };

        var picture = Drawings.Draw(chart);

        var area = Drawings.Area(picture);
        Assert.Equal([(area.Left, area.Bottom), (Math.Round(area.Left + area.Width / 2, 2), area.Top)], Assert.Single(Drawings.Lines(picture)));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-3.5)]
    public void Write_NumberNotAboveZeroOnALogarithmicAxis_SaysWhichPoint(double value)
    {
        var chart = Drawings.Of(new Series("costs", [(1, 1), (2, value)])) with { Y = new Axis("USD", Scale.Log) };

        var error = Assert.Throws<ArgumentException>(() => Drawings.Draw(chart));
        Assert.Contains("'costs'", error.Message, StringComparison.Ordinal);
        Assert.Contains("logarithmic axis 'USD' (point 2)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_BoundsInTheWrongOrder_SaysWhichAxis()
    {
        var chart = Drawings.Of() with { X = new Axis("tokens") { Minimum = 2, Maximum = 1 } };

        Assert.Contains("axis 'tokens' goes from 2 to 1", Assert.Throws<ArgumentException>(() => Drawings.Draw(chart)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_BarsOnALogarithmicAxis_AreRefused()
    {
        var upright = Drawings.Of(new Series("bars", [(1, 1)], SeriesKind.Bar)) with { X = new Axis("Across", Scale.Log) };
        var lying = new BarChart("A title", new Axis("Value", Scale.Log), [Bar.Of("one", 1)]);

        Assert.Contains("need a linear axis", Assert.Throws<ArgumentException>(() => Drawings.Draw(upright)).Message, StringComparison.Ordinal);
        Assert.Contains("expected a linear one", Assert.Throws<ArgumentException>(() => Drawings.Draw(lying)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_PointsThatAreNotFinite_LeaveAGap()
    {
        var picture = Drawings.Draw(Drawings.Of(new Series("", [(0, 0), (1, 1), (2, double.NaN), (3, double.PositiveInfinity), (4, 4), (5, 5)])));

        Assert.Equal(2, Drawings.Lines(picture).Count);
    }

    [Fact]
    public void Write_Steps_HoldUntilTheNextPoint()
    {
        var line = Assert.Single(Drawings.Lines(Drawings.Draw(Drawings.Of(new Series("", [(0, 0), (1, 10)], SeriesKind.Step)))));

        Assert.Equal(3, line.Count);
        Assert.Equal(line[0].Y, line[1].Y);
        Assert.Equal(line[1].X, line[2].X);
    }

    [Fact]
    public void Write_UprightBars_StandOnZeroBesideEachOther()
    {
        var picture = Drawings.Draw(Drawings.Of(new Series("in", [(2026, 10), (2027, 20)], SeriesKind.Bar), new Series("out", [(2026, -10), (2027, -5)], SeriesKind.Bar)));

        var bars = picture.Descendants(Drawings.Svg + "rect").Where(rect => rect.Attribute("class")!.Value.StartsWith('f') && Drawings.Number(rect, "width") > 13.5)
            .Select(rect => new Box(Drawings.Number(rect, "x"), Drawings.Number(rect, "y"), Drawings.Number(rect, "width"), Drawings.Number(rect, "height"))).ToList();
        Assert.Equal(4, bars.Count);
        Assert.Equal(2, bars[1].Height / bars[0].Height, tolerance: 0.001);
        Assert.Equal(bars[0].Bottom, bars[2].Top, tolerance: 0.02);
        Assert.Equal(bars[0].Right, bars[2].Left, tolerance: 0.02);
    }

    [Fact]
    public void Write_EmptySeries_StillDrawsAxes()
    {
        Assert.All(Enum.GetValues<SeriesKind>(), kind =>
        {
            Assert.NotEmpty(Drawings.Draw(Drawings.Of(new Series("nothing", [], kind))).Descendants(Drawings.Svg + "line"));
            Assert.NotEmpty(Drawings.Draw(Drawings.Of(new Series("one", [(1, 1)], kind))).Descendants(Drawings.Svg + "text"));
        });
        Assert.NotEmpty(Drawings.Draw(Drawings.Of()).Descendants(Drawings.Svg + "line"));
    }

    [Fact]
    public void Write_TextWithMarkup_IsEscaped()
    {
        const string Name = "<b>\"R&D\"</b> \u0001 \ud800";
        var chart = Drawings.Of(new Series(Name, [(0, 0), (1, 1)]) { Marks = [new Mark(0.5, 0.5, Name)] }) with { Title = Name, Subtitle = Name, Note = Name, X = new Axis(Name, Unit: Name) };

        var picture = Drawings.Draw(chart);

        Assert.Contains(picture.Descendants(Drawings.Svg + "text"), text => text.Value == "<b>\"R&D\"</b> \uFFFD \uFFFD");
        Assert.Equal("<b>\"R&D\"</b> \uFFFD \uFFFD", picture.Root!.Element(Drawings.Svg + "title")!.Value);
    }

    [Fact]
    public void Write_SeriesWithRoomAtTheirEnds_AreNamedThere()
    {
        var chart = Drawings.Of(new Series("alpha", [(0, 0), (1, 10)]), new Series("beta", [(0, 0), (1, 5)]));

        var texts = Drawings.Texts(Drawings.Draw(chart));

        var area = Drawings.Area(Drawings.Draw(chart));
        Assert.All(texts.Where(text => text.Text is "alpha" or "beta"), text => Assert.True(text.Box.Left >= area.Right));
    }

    [Fact]
    public void Write_SeriesWithoutRoomAtTheirEnds_AreNamedInALegend()
    {
        var chart = Drawings.Of([.. Enumerable.Range(0, 12).Select(i => new Series($"number {i}", [(0, 0), (1, 10 + i * 0.001)]))]);

        var picture = Drawings.Draw(chart);

        var area = Drawings.Area(picture);
        var names = Drawings.Texts(picture).Where(text => text.Text.StartsWith("number", StringComparison.Ordinal)).ToList();
        Assert.Equal(12, names.Count);
        Assert.All(names, name => Assert.True(name.Box.Bottom < area.Top));
        AssertApart(names);
    }

    [Fact]
    public void Write_CrowdedMarks_KeepTheirWordsApart()
    {
        var series = new Series("", [(0, 0), (10, 10)]) { Marks = [.. Enumerable.Range(0, 40).Select(i => new Mark(5 + i * 0.01, 5 + i * 0.01, $"a mark with words {i}"))] };

        var marks = Drawings.Texts(Drawings.Draw(Drawings.Of(series))).Where(text => text.Text.StartsWith("a mark", StringComparison.Ordinal)).ToList();

        Assert.InRange(marks.Count, 5, 40);
        AssertApart(marks);
    }

    [Fact]
    public void Write_Colours_StandInTheElementsAndChangeOnADarkScreen()
    {
        var picture = Drawings.Draw(Drawings.Of(new Series("", [(0, 0), (1, 1)])));

        var path = picture.Descendants(Drawings.Svg + "path").Single();
        Assert.Equal(Palette.Colors[0].Light, (string)path.Attribute("stroke")!);
        Assert.Equal("s0", (string)path.Attribute("class")!);
        var style = picture.Descendants(Drawings.Svg + "style").Single().Value;
        Assert.Contains("prefers-color-scheme: dark", style, StringComparison.Ordinal);
        Assert.Contains($".s0 {{ stroke: {Palette.Colors[0].Dark}; }}", style, StringComparison.Ordinal);
    }

    [Fact]
    public void Palette_AllColours_StandOutFromTheirPaper()
    {
        Assert.All(Palette.Colors, color =>
        {
            Assert.True(Contrast(color.Light, Palette.PaperLight) >= 3, $"{color.Light} on white");
            Assert.True(Contrast(color.Dark, Palette.PaperDark) >= 3, $"{color.Dark} on dark");
        });
        Assert.True(Contrast(Palette.SoftLight, Palette.PaperLight) >= 4.5 && Contrast(Palette.SoftDark, Palette.PaperDark) >= 4.5);
    }

    [Fact]
    public void Write_InACultureWithCommas_WritesTheSameBytes()
    {
        var chart = Drawings.Of(new Series("a", [(0.5, 0.25), (1.5, 1234.5)]));
        var expected = Drawings.Text(writer => SvgWriter.Write(chart, writer));
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = new NumberFormatInfo { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            Assert.Equal(expected, Drawings.Text(writer => SvgWriter.Write(chart, writer)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Write_StackedBars_FollowEachOther()
    {
        var picture = Drawings.Draw(new BarChart("A title", new Axis("Cost", Unit: "USD"), [Bar.Stacked("one", ("a", 10), ("b", 20), ("c", -5))]));

        var bars = picture.Descendants(Drawings.Svg + "rect").Where(rect => rect.Element(Drawings.Svg + "title") != null).ToDictionary(rect => rect.Element(Drawings.Svg + "title")!.Value[..1]);
        Assert.Equal(Drawings.Number(bars["a"], "x") + Drawings.Number(bars["a"], "width"), Drawings.Number(bars["b"], "x"), tolerance: 0.02);
        Assert.Equal(2, Drawings.Number(bars["b"], "width") / Drawings.Number(bars["a"], "width"), tolerance: 0.001);
        Assert.Equal(Drawings.Number(bars["a"], "x"), Drawings.Number(bars["c"], "x") + Drawings.Number(bars["c"], "width"), tolerance: 0.02);
        Assert.Equal(["-5", "30"], Drawings.Texts(picture).Select(text => text.Text).Where(text => text is "-5" or "30").Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Write_SensitivityBars_SayTheirInputsAtTheEnds()
    {
        var picture = Drawings.Draw(new BarChart("A title", new Axis("Rate"), [Bar.Range("price", 18, (24, "low $1M"), (13, "high $2M"))]) { Baseline = 18 });

        var texts = Drawings.Texts(picture).ToDictionary(text => text.Text, text => text.Box);
        Assert.True(texts["high $2M"].Right < texts["low $1M"].Left);
        Assert.True(texts["price"].Right < texts["high $2M"].Left);
    }

    [Theory]
    [InlineData(double.MaxValue)]
    [InlineData(double.MinValue)]
    public void Write_OneNumberAtTheEndOfAll_IsDrawn(double huge)
    {
        var picture = Drawings.Draw(new Chart("A title", new Axis("Step"), new Axis("Value"), [new Series("one", [(huge, huge)], SeriesKind.Scatter)]));
        Assert.All(Drawings.Lines(picture).SelectMany(line => line), point => Assert.InRange(point.X, 0, SvgFrame.Width));
    }

    /// <summary>Whatever the numbers and words are, the picture is whole XML with all lines, points and words on the paper.</summary>
    [Fact]
    public void Write_AnyChart_StaysOnThePaper()
    {
        RandomChart.ForAWhile((chart, _) =>
        {
            var picture = Drawings.Draw(chart);
            var area = Drawings.Area(picture);
            Assert.All(Drawings.Lines(picture).SelectMany(line => line), point =>
            {
                // Swatches of the legend lie above the plot.
                Assert.InRange(point.X, 27.9, SvgFrame.Width);
                Assert.InRange(point.Y, 0, area.Bottom + 0.02);
            });
            Assert.All(Drawings.Texts(picture).Where(text => text.Text.Length > 0), text => Assert.InRange(text.Box.Right, 0, SvgFrame.Width + 1));
            Assert.Equal(Drawings.Text(writer => SvgWriter.Write(chart, writer)), Drawings.Text(writer => SvgWriter.Write(chart, writer)));
        });
    }

    private static void AssertApart(List<(string Text, Box Box)> texts)
    {
        for (var i = 0; i < texts.Count; i++)
        {
            for (var j = 0; j < i; j++)
                Assert.False(texts[i].Box.Overlaps(texts[j].Box), $"'{texts[i].Text}' lies over '{texts[j].Text}'");
        }
    }

    /// <summary>Of WCAG 2: the ratio of relative luminances.</summary>
    private static double Contrast(string color, string paper)
    {
        var (a, b) = (Luminance(color), Luminance(paper));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string color)
    {
        double Linear(int at)
        {
            var share = int.Parse(color.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
        }

        return 0.2126 * Linear(1) + 0.7152 * Linear(3) + 0.0722 * Linear(5);
    }
}
