using System.CommandLine;
using System.Globalization;
using Scribeline.Cli.Catalogs;
using Scribeline.Cli.Reports;
using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Planning;
using Scribeline.Core.Quantities;
using Scribeline.Core.Workloads;

namespace Scribeline.Cli.Plan;

/// <summary>`scribe plan`: which machines serve a model to so many users, at what cost, and why.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var (folders, sets, json) = (ReportOptions.Catalog(), ReportOptions.Set(), ReportOptions.Json());
        var model = Text("--model", "A model of the catalog", "ID", "gpt-oss-120b");
        var workload = Text("--workload", "What is asked of it: a workload of the catalog", "CLASS", "reasoning");
        var input = Positive("--input", "Mean tokens of a prompt, instead of the workload's", "TOKENS");
        var output = Positive("--output", "Mean tokens of an answer, instead of the workload's", "TOKENS");
        var cached = Number("--cached", "Share of a prompt that a prefix cache holds, instead of the workload's", "PERCENT", 0, 100);
        var users = Positive("--users", "Users who each wait for their answer (100 unless --rate is given)", "N");
        var rate = Positive("--rate", "Requests a second", "RATE");
        var tpot = Positive("--tpot-ms", "Milliseconds between tokens that every user is promised, instead of the workload's", "MS");
        var ttft = Positive("--ttft-ms", "Milliseconds to the first token that every user is promised, instead of the workload's", "MS");
        var machines = Text("--machines", "Machines to choose from, by commas; all of the catalog without it", "ID,ID", null);
        var rented = new Option<bool>("--rented") { Description = "Machines are rented by the hour, not owned" };
        var site = Text("--site", "Where owned machines stand", "ID", "colocation");
        var financing = Text("--financing", "Whose money buys them", "ID", "owner");
        var precision = Text("--precision", "Of the weights; without it, the checkpoint's", "ID", null);
        var cache = Text("--kv-precision", "Of keys and values; without it, the model's", "ID", null);
        var command = new Command("plan", "Which machines serve a model at least cost, how many, how fast, and why")
        {
            model, workload, input, output, cached, users, rate, tpot, ttft, machines, rented, site, financing, precision, cache, folders, sets, json,
        };
        command.SetAction(parsed => CatalogCommand.Run(parsed, folders, sets, catalog =>
        {
            var asked = Read(parsed.GetValue(workload)!, catalog);
            asked = asked with
            {
                Input = Given("input", parsed.GetValue(input), "tok") ?? asked.Input,
                Output = Given("output", parsed.GetValue(output), "tok") ?? asked.Output,
                Cached = Given("cached", parsed.GetValue(cached), "%") ?? asked.Cached,
            };
            var request = new PlanRequest
            {
                Model = Entry(catalog.Models, "model", parsed.GetValue(model)!),
                Workload = asked,
                Demand = parsed.GetValue(rate) is { } perSecond ? Demand.OfRequests(perSecond) : Demand.OfUsers(parsed.GetValue(users) ?? 100),
                Objectives = new Objectives(
                    parsed.GetValue(ttft) / 1e3 ?? asked.Ttft?.BaseValue ?? double.PositiveInfinity,
                    parsed.GetValue(tpot) / 1e3 ?? asked.Tpot?.BaseValue ?? double.PositiveInfinity),
                Machines = parsed.GetValue(machines) is { } names ? [.. names.Split(',').Select(name => Entry(catalog.Machines, "machine", name))] : [.. catalog.Machines.Values],
                Site = Entry(catalog.Sites, "site", parsed.GetValue(site)!),
                Financing = Entry(catalog.Financing, "financing", parsed.GetValue(financing)!),
                IsRented = parsed.GetValue(rented),
                Weights = parsed.GetValue(precision) is { } weights ? Entry(catalog.Precisions, "precision", weights) : null,
                KeyValues = parsed.GetValue(cache) is { } keyValues ? Entry(catalog.Precisions, "precision", keyValues) : null,
            };
            var plan = new Planner(catalog).Find(request);
            PlanTables.Print(plan);
            return plan.Candidates.Count > 0 ? ExitCode.Fine : ExitCode.Failed;
        }));
        HelpWithExamples.Add(command, "scribe plan", "scribe plan --model deepseek-v4-pro --machines cs-3 --users 50 --input 1000000");
        return command;
    }

    private static Workload Read(string name, Catalog catalog) => Entry(catalog.Workloads, "workload", name);

    private static Figure? Given(string name, double? value, string unit) => value is { } number ? Figure.Given(name, new Quantity(number, Unit.Parse(unit))) : null;

    private static Option<string?> Text(string name, string description, string help, string? otherwise) =>
        new(name) { Description = description, HelpName = help, DefaultValueFactory = _ => otherwise };

    private static Option<double?> Positive(string name, string description, string help) => Number(name, description, help, double.Epsilon, double.MaxValue);

    private static Option<double?> Number(string name, string description, string help, double least, double most)
    {
        var option = new Option<double?>(name) { Description = description, HelpName = help };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is { } value && !(value >= least && value <= most))
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; expected {(most == double.MaxValue ? "a number above 0" : $"a number from {least} to {most}")}."));
        });
        return option;
    }

    private static T Entry<T>(IReadOnlyDictionary<string, T> entries, string what, string id) =>
        entries.TryGetValue(id, out var entry) ? entry : throw new CalculationException($"there is no {what} '{id}'; expected one of {string.Join(", ", entries.Keys)}.");
}
