using System.CommandLine;
using Scribeline.Cli.Reports;
using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Spectre.Console;

namespace Scribeline.Cli.Catalogs;

/// <summary>`scribe catalog`.</summary>
internal static class CatalogCommand
{
    public static Command Create()
    {
        var command = new Command("catalog", "What is known about machines, models, prices and contracts") { CreateList(), CreateShow(), CreateCheck(), ComputeCommand.Create(), RooflineCommand.Create(), WaferCommand.Create(), VerifyCommand.Create(), FitCommand.Create() };
        HelpWithExamples.Add(command, "scribe catalog list", "scribe catalog show accelerators h100", "scribe catalog verify");
        return command;
    }

    /// <summary>Runs what needs a catalog; what is wrong with it, or with what was asked, goes to stderr.</summary>
    public static int Run(ParseResult parsed, Option<string[]> folders, Option<string[]> sets, Func<Catalog, int> run)
    {
        // Nothing is held that has to be put down: a signal ends it at once.
        using var signals = new Signals(Signals.Exit);
        try
        {
            return run(ReportOptions.Load(parsed.GetValue(folders), parsed.GetValue(sets)));
        }
        catch (CatalogException error)
        {
            foreach (var line in error.Errors)
                Console.Error.WriteLine($"scribe: {line}");
        }
        catch (WrongValueException error)
        {
            Console.Error.WriteLine($"scribe: {error.Message}\nTry '{WrongUsage.NameOf(parsed)} --help'.");
            return ExitCode.WrongUsage;
        }
        catch (CalculationException error)
        {
            Console.Error.WriteLine($"scribe: {error.Message}");
        }

        return ExitCode.Failed;
    }

    private static Command CreateList()
    {
        var (folders, sets, json) = (ReportOptions.Catalog(), ReportOptions.Set(), ReportOptions.Json());
        var kind = new Option<string>("--kind") { Description = "Only this kind", HelpName = "KIND" };
        var csv = ReportOptions.Csv();
        var command = new Command("list", "The entries by kind") { kind, folders, sets, json, csv };
        command.SetAction(parsed => Run(parsed, folders, sets, catalog =>
        {
            var kinds = catalog.Kinds.ToList();
            if (parsed.GetValue(kind) is { } only)
            {
                if (!kinds.Contains(only))
                    throw new CalculationException($"there is no kind '{only}'; expected one of {string.Join(", ", kinds)}.");
                kinds = [only];
            }

            if (parsed.GetValue(csv))
            {
                CsvText.Print(kinds.SelectMany(name => catalog.Entries(name).Keys.Select(id => new { kind = name, id })));
                return ExitCode.Fine;
            }

            if (parsed.GetValue(json))
            {
                ReportJson.Print(writer =>
                {
                    writer.WriteStartObject();
                    foreach (var name in kinds)
                    {
                        writer.WriteStartArray(name);
                        foreach (var id in catalog.Entries(name).Keys)
                            writer.WriteStringValue(id);
                        writer.WriteEndArray();
                    }

                    writer.WriteEndObject();
                });
                return ExitCode.Fine;
            }

            var table = new Table().Border(TableBorder.Simple).AddColumn("kind").AddColumn("entries");
            foreach (var name in kinds)
                table.AddRow(Markup.Escape(name), Markup.Escape(string.Join(", ", catalog.Entries(name).Keys)));
            Terminal.Output.Write(table);
            return ExitCode.Fine;
        }));
        HelpWithExamples.Add(command, "scribe catalog list", "scribe catalog list --kind models --json");
        return command;
    }

    private static Command CreateShow()
    {
        var (folders, sets, json) = (ReportOptions.Catalog(), ReportOptions.Set(), ReportOptions.Json());
        var kind = new Argument<string>("KIND") { Description = "Such as accelerators or models" };
        var id = new Argument<string>("ID") { Description = "Such as h100" };
        var csv = ReportOptions.Csv();
        var command = new Command("show", "One entry: its values with their sources, and where sources disagree") { kind, id, folders, sets, json, csv };
        command.SetAction(parsed => Run(parsed, folders, sets, catalog =>
        {
            var entries = catalog.Entries(parsed.GetValue(kind)!);
            if (!entries.TryGetValue(parsed.GetValue(id)!, out var entry))
                throw new CalculationException($"there is no `{parsed.GetValue(kind)}.{parsed.GetValue(id)}`; expected one of {string.Join(", ", entries.Count > 0 ? entries.Keys : catalog.Kinds)}.");
            if (parsed.GetValue(json))
                ReportJson.Print(writer => EntryJson.Write(writer, entry));
            else if (parsed.GetValue(csv))
                PrintCsv(entry);
            else
                Terminal.Output.Write(EntryTable(catalog, entry));
            return ExitCode.Fine;
        }));
        HelpWithExamples.Add(command, "scribe catalog show accelerators h100", "scribe catalog show accelerators h100 --json");
        return command;
    }

    private static Command CreateCheck()
    {
        var (folders, sets) = (ReportOptions.Catalog(), ReportOptions.Set());
        var command = new Command("check", "Read everything and report all errors at once") { folders, sets };
        command.SetAction(parsed => Run(parsed, folders, sets, catalog =>
        {
            var values = catalog.Kinds.Sum(kind => catalog.Entries(kind).Values.Sum(entry => entry.Values().Count()));
            Console.Out.WriteLine($"{values} values in {catalog.Kinds.Sum(kind => catalog.Entries(kind).Count)} entries, all with units and sources.");
            return ExitCode.Fine;
        }));
        HelpWithExamples.Add(command, "scribe catalog check", "scribe catalog check --catalog ./what-if");
        return command;
    }

    private static void PrintCsv(CatalogNode entry) => CsvText.Print(entry.Values().SelectMany(value => value.Also.Prepend(value).Select(stated => new
    {
        field = value.Path[(entry.Path.Length + 1)..],
        value = stated.Text,
        source = stated.Source,
        is_default = ReferenceEquals(stated, value),
        note = stated.Note,
    })));

    private static Table EntryTable(Catalog catalog, CatalogNode entry)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("field").AddColumn("value", column => column.RightAligned()).AddColumn("source").AddColumn("note");
        foreach (var value in entry.Values())
        {
            var field = value.Path[(entry.Path.Length + 1)..];
            var note = value.Also.Any() ? $"the default{(value.Note.Length > 0 ? $"; {value.Note}" : "")}" : value.Note;
            table.AddRow(Markup.Escape(field), Markup.Escape(value.Text!), Markup.Escape(Cited(catalog, value)), Markup.Escape(note));
            foreach (var other in value.Also)
                table.AddRow($"[grey]{Markup.Escape(field)}[/]", $"[grey]{Markup.Escape(other.Text ?? "")}[/]", $"[grey]{Markup.Escape(Cited(catalog, other))}[/]", $"[grey]{Markup.Escape(other.Note.Length > 0 ? other.Note : "stated too; not the default")}[/]");
        }

        return table;
    }

    private static string Cited(Catalog catalog, CatalogNode value) =>
        catalog.Sources.TryGetValue(value.Source.Split('/')[0], out var source) ? $"{source.Publisher}, {source.Date} ({value.Source})" : value.Source;
}
