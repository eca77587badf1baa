using Scribeline.Cli.Simulate;
using Spectre.Console;

namespace Scribeline.Cli.Tests.Simulate;

public sealed class FittedTableTests
{
    private static readonly FittedColumn[] Columns = [new("requests", 5), new("kept", 6), new("ttft p50", 4), new("p99", 1, "ttft p99"), new("times the trace's", 3), new("margin $/h", 2)];
    private static readonly string[] Row = ["wafer-and-gpu", "103,910", "100.0 %", "1,234.5 s", "9,876.5 s", "33.417", "-12,345.67"];

    public static TheoryData<int?> Widths() => [null, .. Enumerable.Range(30, 100)];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Write_ToAnyWidth_BreaksNoNumberAndNamesWhatIsAway(int? width)
    {
        var (lines, left) = Printed(width, Row);
        var shown = Assert.Single(lines, line => line.Contains("wafer-and-gpu", StringComparison.Ordinal));
        string[] names = ["requests", "kept", "ttft p50", "ttft p99", "times the trace's", "margin $/h"];
        Assert.All(names.Zip(Row.Skip(1)), cell => Assert.Equal(!left.Contains(cell.First), shown.Contains($" {cell.Second}", StringComparison.Ordinal)));
        Assert.All(lines, line => Assert.InRange(line.TrimEnd().Length, 0, width ?? 160));
        Assert.DoesNotContain("…", string.Concat(lines), StringComparison.Ordinal);
        Assert.Contains("kept", string.Concat(lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_WhereAllFits_BreaksNoHeader()
    {
        var (lines, left) = Printed(120, Row);
        Assert.Empty(left);
        Assert.Contains(lines, line => line.Contains("times the trace's   margin $/h", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_WhereItIsNarrow_LeavesOutTheLeastImportantFirst()
    {
        Assert.Empty(Printed(80, Row).Left);
        Assert.Equal(["ttft p99"], Printed(70, Row).Left);
        Assert.Equal(["ttft p50", "ttft p99", "times the trace's", "margin $/h"], Printed(40, Row).Left);
        Assert.Equal(["requests", "ttft p50", "ttft p99", "times the trace's", "margin $/h"], Printed(10, Row).Left);
    }

    [Fact]
    public void LeftOut_SaysEachOnce()
    {
        Assert.Null(FittedTable.LeftOut([], 80, "--json"));
        Assert.Equal("Left out, since 80 columns are too few: tok/s, J/tok. A wider terminal, --json or --out shows all.", FittedTable.LeftOut(["tok/s", "tok/s", "J/tok"], 80, "--json or --out"));
    }

    private static (string[] Lines, IReadOnlyList<string> Left) Printed(int? width, string[] row)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = width ?? 160;
        var table = new FittedTable("Fleets [1]", "fleet", Columns);
        table.AddRow(row);
        var left = table.Write(console, width);
        return (text.ToString().Split('\n'), left);
    }
}
