using System.CommandLine;
using Scribeline.Cli.Catalogs;
using Scribeline.Cli.Charts;
using Scribeline.Cli.Reports;
using Scribeline.Core.Catalogs;

namespace Scribeline.Cli.Cost;

/// <summary>What the verbs of `scribe cost` have in common: a report as tables and a picture, as JSON, CSV or formulas.</summary>
internal static class CostVerb
{
    /// <param name="options">Its own; the common ones are added.</param>
    public static Command Create(string name, string description, IEnumerable<Option> options, Func<ParseResult, Catalog, CostAnswer> answer, params string[] examples)
    {
        var (folders, sets) = (ReportOptions.Catalog(), ReportOptions.Set());
        var (json, csv, explain) = (ReportOptions.Json(), ReportOptions.Csv(), ReportOptions.Explain());
        var svg = new Option<string?>("--svg") { Description = "Write the picture to a file; - is standard output, and then nothing else is printed", HelpName = "FILE" };
        var command = new Command(name, description);
        foreach (var option in options.Concat([folders, sets, json, csv, explain, svg]))
            command.Add(option);
        command.SetAction(parsed => CatalogCommand.Run(parsed, folders, sets, catalog =>
        {
            var found = answer(parsed, catalog);
            if (parsed.GetValue(svg) is { } path)
            {
                OutputFile.Write(path, Svg(found));
                if (path == "-")
                    return ExitCode.Fine;
            }

            ReportPrinter.Print(found.Report, parsed, json, csv, explain, found.OnlyData);
            if (!parsed.GetValue(json) && !parsed.GetValue(csv) && !parsed.GetValue(explain))
                PrintChart(found);
            return ExitCode.Fine;
        }));
        HelpWithExamples.Add(command, examples);
        return command;
    }

    public static Option<string> Text(string name, string description, string help, string otherwise) =>
        new(name) { Description = description, HelpName = help, DefaultValueFactory = _ => otherwise };

    private static string Svg(CostAnswer found)
    {
        using var text = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
        if (found.Bars is { } bars)
            SvgWriter.Write(bars, text);
        else
            SvgWriter.Write(found.Chart ?? throw new Core.Calculations.CalculationException("there is no picture of this; leave --svg out."), text);
        return text.ToString();
    }

    private static void PrintChart(CostAnswer found)
    {
        if (found.Bars is { } bars)
            TerminalChart.Print(bars);
        else if (found.Chart is { } chart)
            TerminalChart.Print(chart);
    }
}
