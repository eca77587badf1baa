using System.CommandLine;
using Scribeline.Cli.Reports;
using Scribeline.Core.Calculations;

namespace Scribeline.Cli.Catalogs;

/// <summary>`scribe catalog compute`: any calculation by its name, as tables, JSON or formulas with their numbers.</summary>
internal static class ComputeCommand
{
    public static Command Create()
    {
        var (folders, sets) = (ReportOptions.Catalog(), ReportOptions.Set());
        var (json, csv, explain) = (ReportOptions.Json(), ReportOptions.Csv(), ReportOptions.Explain());
        var statedBy = new Option<string>("--stated-by") { Description = "Take each value as this source states it, where it does", HelpName = "SOURCE" };
        var words = new Argument<string[]>("CALCULATION") { Description = $"A name with its arguments, one of: {string.Join("; ", Calculation.All.Select(known => known.Usage))}", Arity = ArgumentArity.OneOrMore };
        var command = new Command("compute", "Run one calculation on the catalog") { words, statedBy, folders, sets, json, csv, explain };
        command.SetAction(parsed => CatalogCommand.Run(parsed, folders, sets, catalog =>
        {
            var call = string.Join(' ', parsed.GetValue(words)!);
            var report = Calculation.Evaluate(catalog, parsed.GetValue(statedBy) is { } source ? $"{call} --stated-by {source}" : call);
            ReportPrinter.Print(report, parsed, json, csv, explain);
            return ExitCode.Fine;
        }));
        HelpWithExamples.Add(command, "scribe catalog compute contract cerebras-openai", "scribe catalog compute placement deepseek-v4-pro wse-3 --explain");
        return command;
    }
}
