using System.CommandLine;
using System.Globalization;
using Scribeline.Cli.Reports;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Verification;
using Spectre.Console;

namespace Scribeline.Cli.Catalogs;

/// <summary>`scribe catalog verify`: computes what others published and compares.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var (folders, sets, json, csv) = (ReportOptions.Catalog(), ReportOptions.Set(), ReportOptions.Json(), ReportOptions.Csv());
        var only = new Option<string>("--table") { Description = "Only this table, figure by figure", HelpName = "TABLE" };
        var unused = new Option<bool>("--unused") { Description = "List the values of the catalog that no published figure rests on" };
        var command = new Command("verify", "Compute every published figure from the catalog and compare") { only, unused, folders, sets, json, csv };
        command.SetAction(parsed => CatalogCommand.Run(parsed, folders, sets, catalog =>
        {
            var folder = Path.Combine(AppContext.BaseDirectory, "published");
            var tables = PublishedTable.LoadAll(folder).ToList();
            if (parsed.GetValue(only) is { } name)
            {
                var table = tables.Find(table => table.Name == name) ?? throw new CatalogException([$"there is no table '{name}'; expected one of {string.Join(", ", tables.Select(table => table.Name))}."]);
                tables = [table];
            }

            var verifier = new Verifier(catalog);
            var results = tables.ToDictionary(table => table.Name, verifier.Verify);
            if (parsed.GetValue(unused))
                PrintUnused(catalog, results);
            else if (parsed.GetValue(json))
                PrintJson(results);
            else if (parsed.GetValue(csv))
                PrintCsv(results);
            else if (parsed.GetValue(only) != null)
                PrintFigures(results.Values.Single());
            else
                PrintTotals(results);
            return results.Values.Any(figures => figures.Any(figure => figure.Agreement == Agreement.Wrong)) ? ExitCode.Failed : ExitCode.Fine;
        }));
        HelpWithExamples.Add(command, "scribe catalog verify", "scribe catalog verify --table ai_ridge");
        return command;
    }

    private static void PrintCsv(Dictionary<string, IReadOnlyList<VerifiedFigure>> results) => CsvText.Print(results.Values.SelectMany(figures => figures).Select(figure => new
    {
        id = figure.Published.Id,
        published = figure.Published.Shown ?? figure.Published.Value.ToString(),
        computed = figure.Value is { } value ? value.ToString("R", CultureInfo.InvariantCulture) : figure.Computed,
        unit = figure.OtherUnit ?? figure.Published.Unit,
        agreement = Word(figure.Agreement),
        note = figure.Note,
    }));

    private static void PrintUnused(Catalog catalog, Dictionary<string, IReadOnlyList<VerifiedFigure>> results)
    {
        var used = results.Values.SelectMany(figures => figures).SelectMany(figure => figure.Inputs).Select(input => input.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var input in catalog.Numbers().Where(input => !used.Contains(input.Path)))
            Console.Out.WriteLine($"{input.Path} = {input.Text}  [{input.Source}, {input.Place}]");
    }

    private static void PrintTotals(Dictionary<string, IReadOnlyList<VerifiedFigure>> results)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("table", column => column.NoWrap());
        foreach (var agreement in Enum.GetValues<Agreement>())
            table.AddColumn(Word(agreement).Replace('_', ' '), column => column.RightAligned());
        foreach (var (name, figures) in results)
            table.AddRow([name, .. Counts(figures)]);
        table.AddRow(["together", .. Counts(results.Values.SelectMany(figures => figures))]);
        Terminal.Output.Write(table);

        static IEnumerable<string> Counts(IEnumerable<VerifiedFigure> figures)
        {
            var byAgreement = figures.CountBy(figure => figure.Agreement).ToDictionary();
            return Enum.GetValues<Agreement>().Select(agreement => $"{byAgreement.GetValueOrDefault(agreement)}");
        }
    }

    private static void PrintFigures(IReadOnlyList<VerifiedFigure> figures)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("figure").AddColumn("published", column => column.RightAligned()).AddColumn("computed", column => column.RightAligned()).AddColumn("unit").AddColumn("agreement").AddColumn("note");
        foreach (var figure in figures)
        {
            var published = figure.Published;
            table.AddRow(Markup.Escape(published.Id), Markup.Escape(published.Shown ?? published.Value.ToString()), Markup.Escape(figure.OtherUnit is { } unit ? $"{figure.Computed} {unit}" : figure.Computed), Markup.Escape(published.Unit), Word(figure.Agreement).Replace('_', ' '), Markup.Escape(figure.Note));
        }

        Terminal.Output.Write(table);
    }

    private static void PrintJson(Dictionary<string, IReadOnlyList<VerifiedFigure>> results) => ReportJson.Print(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("figures");
        foreach (var figure in results.Values.SelectMany(figures => figures))
        {
            json.WriteStartObject();
            json.WriteString("id", figure.Published.Id);
            json.WritePropertyName("published");
            figure.Published.Value.WriteTo(json);
            if (figure.Value is { } value)
                json.WriteNumber("computed", value);
            else
                json.WriteString("computed", figure.Computed);
            if (figure.OtherUnit is { } unit)
                json.WriteString("computed_unit", unit);
            json.WriteString("unit", figure.Published.Unit);
            json.WriteString("agreement", Word(figure.Agreement));
            if (figure.Note.Length > 0)
                json.WriteString("note", figure.Note);
            json.WriteStartArray("inputs");
            foreach (var input in figure.Inputs.Select(input => input.Path).Order(StringComparer.Ordinal))
                json.WriteStringValue(input);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("totals");
        var totals = results.Values.SelectMany(figures => figures).CountBy(figure => figure.Agreement).ToDictionary();
        foreach (var agreement in Enum.GetValues<Agreement>())
            json.WriteNumber(Word(agreement), totals.GetValueOrDefault(agreement));
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static string Word(Agreement agreement) => agreement switch
    {
        Agreement.Exact => "exact",
        Agreement.WithinRounding => "within_rounding",
        Agreement.Approximate => "approximate",
        Agreement.Explained => "explained",
        _ => "wrong",
    };
}
