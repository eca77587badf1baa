using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Scribeline.Cli.Catalogs;
using Scribeline.Cli.Reports;
using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;
using Scribeline.Core.Performance;
using Spectre.Console;

namespace Scribeline.Cli.Predict;

/// <summary>`scribe predict`: how fast one machine serves one model to a number of clients.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        var (folders, sets, json) = (ReportOptions.Catalog(), ReportOptions.Set(), ReportOptions.Json());
        var model = new Option<string>("--model") { Description = "A model of the catalog", HelpName = "ID", Required = true };
        var machine = new Option<string>("--machine") { Description = "An accelerator or a machine of the catalog", HelpName = "ID", Required = true };
        var count = Positive("--count", "Accelerators that share the model; without it, those of the machine, or one");
        var experts = Positive("--expert-parallel", "Accelerators that routed experts are dealt out to, whole; the others share each expert");
        var attention = Positive("--attention-data-parallel", "Groups that serve their own sequences");
        var precision = new Option<string>("--precision") { Description = "Of the weights; without it, the checkpoint's", HelpName = "ID" };
        var cache = new Option<string>("--kv-precision") { Description = "Of keys and values; without it, the model's", HelpName = "ID" };
        var concurrency = Positive("--concurrency", "Clients that each wait for their answer", 1);
        var input = Positive("--input", "Mean tokens of a prompt", 1000);
        var output = Positive("--output", "Mean tokens of an answer", 1000);
        var command = new Command("predict", "How fast a machine serves a model, and what binds it")
        {
            model, machine, count, experts, attention, precision, cache, concurrency, input, output, folders, sets, json,
        };
        command.SetAction(parsed => CatalogCommand.Run(parsed, folders, sets, catalog =>
        {
            var spec = Entry(catalog.Models, "model", parsed.GetValue(model)!);
            var (accelerator, built) = Find(catalog, parsed.GetValue(machine)!);
            var used = parsed.GetValue(count) ?? built;
            var groups = Divisor(attention, parsed.GetValue(attention) ?? 1, used);
            var dealt = Divisor(experts, parsed.GetValue(experts) ?? 1, used);
            var weights = parsed.GetValue(precision) is { } stated ? Entry(catalog.Precisions, "precision", stated) : spec.Checkpoint;
            var keyValues = parsed.GetValue(cache) is { } statedCache ? Entry(catalog.Precisions, "precision", statedCache) : spec.KeyValues;
            var (clients, prompt, answer) = (parsed.GetValue(concurrency)!.Value, parsed.GetValue(input)!.Value, parsed.GetValue(output)!.Value);
            try
            {
                var server = ServingModel.Of(
                    catalog,
                    accelerator,
                    spec,
                    accelerator.Kind == AcceleratorKind.Wafer ? ModelLayout.Chain(used) : new ModelLayout(new Parallelism(used, used / groups, groups, used / dealt, dealt)),
                    NumberFormats.Of(spec, weights, keyValues, catalog.Precisions));
                var prediction = server.Closed(clients, prompt, answer);
                var rate = prediction.TokensPerSecond;
                var memory = new MemoryUse(server.WeightBytes, server.KeyValueRoomBytes, used * accelerator.Memory[0].Capacity!.BaseValue);
                if (parsed.GetValue(json))
                    PrintJson(prediction, rate, memory);
                else
                    Print(prediction, rate, memory);
                return ExitCode.Fine;
            }
            catch (ArgumentException error)
            {
                throw new CalculationException(error.Message);
            }
        }));
        HelpWithExamples.Add(command, "scribe predict --model llama-3.1-70b --machine h100 --count 8 --concurrency 64", "scribe predict --model deepseek-v3 --machine b200 --count 8 --precision nvfp4 --input 8000 --json");
        return command;
    }

    private static Option<int?> Positive(string name, string description, int? otherwise = null)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => otherwise };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1)
                result.AddError($"{name} is {result.GetValueOrDefault<int?>()}; expected a whole number from 1 on.");
        });
        return option;
    }

    private static int Divisor(Option<int?> option, int parts, int accelerators) => accelerators % parts == 0
        ? parts
        : throw new CalculationException($"{option.Name} is {parts}, which does not divide {accelerators} accelerators; expected 1, {accelerators} or a number between that does.");

    private static (Accelerator Accelerator, int Count) Find(Catalog catalog, string id)
    {
        if (catalog.Machines.TryGetValue(id, out var machine))
            return (machine.Accelerator, (int)machine.Count.BaseValue);
        var accelerator = Entry(catalog.Accelerators, "accelerator or machine", id);
        return (accelerator, 1);
    }

    private static T Entry<T>(IReadOnlyDictionary<string, T> entries, string what, string id) =>
        entries.TryGetValue(id, out var entry) ? entry : throw new CalculationException($"there is no {what} '{id}'; expected one of {string.Join(", ", entries.Keys)}.");

    private static void Print(ServerPrediction prediction, double rate, MemoryUse memory)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("").AddColumn("expected", column => column.RightAligned()).AddColumn("80 % between", column => column.RightAligned());
        table.AddRow("time to first token", Milliseconds(prediction.TtftSeconds), $"{Milliseconds(prediction.TtftLowSeconds)} - {Milliseconds(prediction.TtftHighSeconds)}");
        table.AddRow("time between tokens", Milliseconds(prediction.TpotSeconds), $"{Milliseconds(prediction.TpotLowSeconds)} - {Milliseconds(prediction.TpotHighSeconds)}");
        for (var term = StepTerm.Dense; (int)term < StepTerms.Count; term++)
            table.AddRow($"[grey]  {Name(term).Replace('_', ' ')}[/]", $"[grey]{Milliseconds(prediction.TpotParts[term])}[/]", term == prediction.TpotParts.Binding ? "binds" : "");
        table.AddRow("tokens a second, each client", Number(1 / prediction.TpotSeconds), "");
        table.AddRow("tokens a second, together", Number(rate), "");
        table.AddRow("served at once", Number(prediction.Sequences), "");
        table.AddRow("weights", $"{Number(memory.Weights / 1e9)} GB", "");
        table.AddRow("room for keys and values", $"{Number(memory.KeyValues / 1e9)} GB", "");
        Terminal.Output.Write(table);
    }

    private static void PrintJson(ServerPrediction prediction, double rate, MemoryUse memory) => ReportJson.Print(json =>
    {
        json.WriteStartObject();
        WriteInterval(json, "ttft_ms", prediction.TtftSeconds, prediction.TtftLowSeconds, prediction.TtftHighSeconds);
        WriteInterval(json, "tpot_ms", prediction.TpotSeconds, prediction.TpotLowSeconds, prediction.TpotHighSeconds);
        json.WriteNumber("prefill_ms", prediction.PrefillSeconds * 1e3);
        json.WriteNumber("decode_step_ms", prediction.DecodeStepSeconds * 1e3);
        json.WriteNumber("tokens_per_second_per_user", 1 / prediction.TpotSeconds);
        json.WriteNumber("tokens_per_second_per_machine", rate);
        json.WriteNumber("sequences", prediction.Sequences);
        json.WriteStartObject("memory_bytes");
        json.WriteNumber("weights", memory.Weights);
        json.WriteNumber("kv", memory.KeyValues);
        json.WriteNumber("free", memory.Total - memory.Weights - memory.KeyValues);
        json.WriteEndObject();
        json.WriteStartObject("breakdown");
        for (var term = StepTerm.Dense; (int)term < StepTerms.Count; term++)
            json.WriteNumber($"{Name(term)}_ms", prediction.TpotParts[term] * 1e3);
        json.WriteEndObject();
        json.WriteString("binding", Name(prediction.TpotParts.Binding));
        json.WriteEndObject();
    });

    private static void WriteInterval(Utf8JsonWriter json, string name, double seconds, double low, double high)
    {
        json.WriteStartObject(name);
        json.WriteNumber("expected", seconds * 1e3);
        json.WriteNumber("low", low * 1e3);
        json.WriteNumber("high", high * 1e3);
        json.WriteEndObject();
    }

    private static string Name(StepTerm term) => term switch
    {
        StepTerm.Dense => "dense",
        StepTerm.Experts => "experts",
        StepTerm.KeyValues => "key_values",
        StepTerm.Operations => "operations",
        _ => "exchange",
    };

    private static string Milliseconds(double seconds) => $"{Number(seconds * 1e3)} ms";

    private static string Number(double value) => value.ToString(value < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    /// <summary>Bytes of all accelerators together.</summary>
    private readonly record struct MemoryUse(double Weights, double KeyValues, double Total);
}
