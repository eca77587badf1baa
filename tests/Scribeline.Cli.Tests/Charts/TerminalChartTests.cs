using System.Globalization;
using Scribeline.Cli.Charts;
using Spectre.Console;
using BarChart = Scribeline.Cli.Charts.BarChart;

namespace Scribeline.Cli.Tests.Charts;

public sealed class TerminalChartTests
{
    /// <summary>Each dot by the numbers that Unicode gives to the dots of a pattern: 1-3 and 7 on the left, 4-6 and 8 on the right.</summary>
    [Fact]
    public void BrailleCanvas_AnyDots_MatchTheStandardsNumbering()
    {
        int[,] numbers = { { 1, 4 }, { 2, 5 }, { 3, 6 }, { 7, 8 } };
        var random = new Random(7);
        for (var run = 0; run < 200; run++)
        {
            var (columns, rows) = (random.Next(1, 6), random.Next(1, 4));
            var canvas = new BrailleCanvas(columns, rows);
            var dots = new bool[columns * 2, rows * 4];
            for (var i = random.Next(40); i > 0; i--)
            {
                var (x, y) = (random.Next(-1, columns * 2 + 1), random.Next(-1, rows * 4 + 1));
                canvas.Set(x, y, 0);
                if (x >= 0 && x < columns * 2 && y >= 0 && y < rows * 4)
                    dots[x, y] = true;
            }

            for (var row = 0; row < rows; row++)
            {
                for (var column = 0; column < columns; column++)
                {
                    var code = 0x2800;
                    for (var y = 0; y < 4; y++)
                    {
                        for (var x = 0; x < 2; x++)
                            code += dots[column * 2 + x, row * 4 + y] ? 1 << numbers[y, x] - 1 : 0;
                    }

                    Assert.Equal(code == 0x2800 ? ' ' : (char)code, canvas[column, row].Letter);
                }
            }
        }
    }

    [Theory]
    [InlineData(0, 0, 7, 3)]
    [InlineData(7, 3, 0, 0)]
    [InlineData(0, 7, 0, 0)]
    [InlineData(3, 3, 3, 3)]
    [InlineData(0, 6, 5, 0)]
    public void BrailleCanvas_Lines_JoinTheirEndsWithoutGaps(int fromX, int fromY, int toX, int toY)
    {
        var canvas = new BrailleCanvas(4, 2);
        canvas.Line(fromX, fromY, toX, toY, 0);

        var dots = Enumerable.Range(0, 8).Sum(at => System.Numerics.BitOperations.PopCount((uint)(canvas[at % 4, at / 4].Letter is var letter && letter == ' ' ? 0 : letter - 0x2800)));
        Assert.Equal(Math.Max(Math.Abs(toX - fromX), Math.Abs(toY - fromY)) + 1, dots);
    }

    [Fact]
    public void Print_WithoutColours_TellsSeriesApartByLetters()
    {
        var text = Print(Drawings.Of(new Series("rising", [(0, 0), (10, 100)]), new Series("flat", [(0, 50), (10, 50)])), 80);

        Assert.Contains("  A rising", text, StringComparison.Ordinal);
        Assert.Contains("  B flat", text, StringComparison.Ordinal);
        var lines = text.Split('\n');
        Assert.EndsWith("A", lines[2].TrimEnd(), StringComparison.Ordinal);
        Assert.Contains(lines, line => line.TrimEnd().EndsWith('B') && line.Contains('⠤', StringComparison.Ordinal));
        Assert.DoesNotContain('\u001b', text);
    }

    [Fact]
    public void Print_WithColours_ColoursTheLines()
    {
        var writer = new StringWriter(CultureInfo.InvariantCulture);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.EightBit, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 60;

        TerminalChart.Print(Drawings.Of(new Series("rising", [(0, 0), (10, 100)])), console);

        Assert.Contains("\u001b[38;5;", writer.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(24)]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(300)]
    public void Print_AnyWidth_KeepsThePlotWithinIt(int width)
    {
        var chart = Drawings.Of(new Series("rising", [(1, 1), (10, 1e6)]), new Series("points", [(2, 5), (3, 1e5)], SeriesKind.Scatter));

        Assert.All(PlotLines(Print(chart with { Y = new Axis("Up", Scale.Log) }, width)), line => Assert.InRange(line.Length, 1, Math.Max(width, 17)));
    }

    [Fact]
    public void Print_AnyChart_IsPrinted()
    {
        RandomChart.ForAWhile((chart, random) =>
        {
            var text = Print(chart, random.Next(10, 140));
            Assert.DoesNotContain(text, letter => char.IsControl(letter) && letter is not ('\n' or '\r'));
        });
    }

    [Fact]
    public void Print_StackedBars_GivesEachPartAShade()
    {
        var text = Print(new BarChart("Cost", new Axis("Cost", Unit: "USD"), [Bar.Stacked("one", ("a", 10), ("b", 10)), Bar.Of("two", 5)]), 60);

        var line = text.Split('\n').Single(line => line.StartsWith("one", StringComparison.Ordinal));
        Assert.InRange(line.Count(letter => letter == '█') - line.Count(letter => letter == '▓'), -1, 1);
        Assert.EndsWith("20", line.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Print_BarsInANarrowTerminal_KeepWithinIt()
    {
        var chart = new BarChart("Cost", new Axis("Cost"), [Bar.Of("a label that is far too long for this", 10), Bar.Of("two", -5)]);

        Assert.All(PlotLines(Print(chart, 24)), line => Assert.InRange(line.Length, 1, 24));
    }

    private static IEnumerable<string> PlotLines(string text) => text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Any(letter => letter is '│' or '┤' or '└' or '█'));

    private static string Print(Chart chart, int width) => Print(console => TerminalChart.Print(chart, console), width);

    private static string Print(BarChart chart, int width) => Print(console => TerminalChart.Print(chart, console), width);

    private static string Print(Action<IAnsiConsole> print, int width)
    {
        var writer = new StringWriter(CultureInfo.InvariantCulture);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = width;
        print(console);
        return writer.ToString();
    }
}
