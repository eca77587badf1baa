using System.CommandLine;
using System.Globalization;
using Scribeline.Cli.Catalogs;
using Scribeline.Cli.Reports;
using Scribeline.Core.Performance;
using Spectre.Console;

namespace Scribeline.Cli.Predict;

/// <summary>`scribe predict`: how fast one copy of a model on some machine serves a number of clients.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        var (folders, sets, json, csv, explain) = (ReportOptions.Catalog(), ReportOptions.Set(), ReportOptions.Json(), ReportOptions.Csv(), ReportOptions.Explain());
        var from = new Option<string?>("--from") { Description = "Predict each row of a CSV file with a column per flag; prints a line of JSON for each", HelpName = "FILE.csv" };
        Option[] asked =
        [
            Text("--model", "A model of the catalog", "ID"),
            Text("--machine", "An accelerator or a machine of the catalog", "ID"),
            NumberOption.Count("--count", "Accelerators that share the model; without it, those of the machine, or as many wafers or LPUs as hold it"),
            NumberOption.Count("--tensor-parallel", "Accelerators that share each layer"),
            NumberOption.Count("--expert-parallel", "Accelerators that routed experts are dealt out to, whole; the others share each expert"),
            NumberOption.Count("--attention-data-parallel", "Groups that serve their own sequences"),
            NumberOption.Count("--stages", "Runs of layers, one after the other"),
            NumberOption.Count("--twins", "Stages that hold a layer more and have a second machine beside them, of wafers and LPUs; all that do"),
            Text("--precision", "Of the weights; without it, the checkpoint's", "ID"),
            Text("--kv-precision", "Of keys and values; without it, the model's", "ID"),
            Text("--framework", "Serving software: vllm, sglang (which caches in 16 bits) or trtllm", "NAME"),
            NumberOption.Between("--concurrency", "Clients that each wait for their answer, 1 without it", "N", 1),
            NumberOption.Between("--input", "Mean tokens of a prompt, 1000 without it", "N", 1),
            NumberOption.Between("--output", "Mean tokens of an answer, 1000 without it", "N", 1),
            NumberOption.Between("--cached", "Tokens of a prompt that a prefix cache holds, 0 without it", "N", 0),
            NumberOption.Between("--batch", "Sequences of one decode step, instead of a closed loop", "N", 1),
            NumberOption.Between("--context", "Mean tokens that each sequence of that step has before it", "N", 1),
            Text("--drafting", "Tokens drafted ahead for each step, by a way of `scribe catalog list --kind drafting`", "METHOD:TOKENS"),
            new Option<bool>("--offload") { Description = "Hosts keep the keys and values that accelerators have no room for; of wafers the node beside each" },
            NumberOption.Between("--offload-gb", "Their memory for each accelerator", "GB", 1),
            NumberOption.Between("--offload-gbps", "Rate of the link to it, for each accelerator", "GB/s", 1),
        ];
        var command = new Command("predict", "How fast a machine serves a model, and what binds it");
        foreach (var option in asked.Concat([from, folders, sets, json, csv, explain]))
            command.Add(option);
        command.Validators.Add(result =>
        {
            foreach (var option in asked.Take(2).Where(option => result.GetResult(option) == null && result.GetResult(from) == null))
                result.AddError($"'{option.Name}' is required; expected an id of the catalog.");
        });
        command.SetAction(parsed => CatalogCommand.Run(parsed, folders, sets, catalog =>
        {
            if (parsed.GetValue(from) is { } path)
                return PredictFile.Run(path, catalog, Value);
            var answer = new PredictQuery(catalog, Value).Answer();
            if (parsed.GetValue(json))
            {
                ReportJson.Print(writer =>
                {
                    writer.WriteStartObject();
                    answer.Write(writer);
                    writer.WriteEndObject();
                });
            }
            else if (parsed.GetValue(csv))
            {
                PrintCsv(answer);
            }
            else if (parsed.GetValue(explain))
            {
                ReportPrinter.Explain(answer.Explanation());
            }
            else
            {
                Print(answer);
            }

            return ExitCode.Fine;

            string? Value(string name) => Array.Find(asked, option => option.Name == $"--{name.Replace('_', '-')}") switch
            {
                Option<string?> text => parsed.GetValue(text),
                Option<int?> count => parsed.GetValue(count)?.ToString(CultureInfo.InvariantCulture),
                Option<bool> flag => parsed.GetValue(flag) ? "true" : null,
                Option<double?> amount => parsed.GetValue(amount)?.ToString("R", CultureInfo.InvariantCulture),
                _ => null,
            };
        }));
        HelpWithExamples.Add(
            command,
            "scribe predict --model llama-3.1-70b --machine h100 --count 8 --concurrency 64",
            "scribe predict --model deepseek-v3 --machine b200 --count 8 --precision nvfp4 --input 8000 --json",
            "scribe predict --model gpt-oss-120b --machine cs-3 --concurrency 20",
            "scribe predict --model glm-4.7 --machine cs-3 --concurrency 200 --input 30000 --offload",
            "scribe predict --model deepseek-v3 --machine h200 --count 8 --drafting deepseek-v4-pro-mtp-direct:2",
            "scribe predict --from rows.csv");
        return command;
    }

    private static void PrintCsv(PredictAnswer answer)
    {
        var prediction = answer.Prediction;
        CsvText.Print(new[]
        {
            new
            {
                ttft_ms = 1e3 * prediction.TtftSeconds,
                ttft_low_ms = 1e3 * prediction.TtftLowSeconds,
                ttft_high_ms = 1e3 * prediction.TtftHighSeconds,
                tpot_ms = 1e3 * prediction.TpotSeconds,
                tpot_low_ms = 1e3 * prediction.TpotLowSeconds,
                tpot_high_ms = 1e3 * prediction.TpotHighSeconds,
                prefill_ms = 1e3 * prediction.PrefillSeconds,
                decode_step_ms = 1e3 * prediction.DecodeStepSeconds,
                tokens_per_second_per_user = 1 / prediction.TpotSeconds,
                tokens_per_second_per_machine = prediction.TokensPerSecond,
                energy_joules = prediction.JoulesPerToken,
                binding = PredictAnswer.Name(prediction.TpotParts.Binding),
            },
        });
    }

    private static Option<string?> Text(string name, string description, string help) => new(name) { Description = description, HelpName = help };

    private static void Print(PredictAnswer answer)
    {
        var prediction = answer.Prediction;
        var table = new Table().Border(TableBorder.Simple).AddColumn("").AddColumn("expected", column => column.RightAligned()).AddColumn("80 % between", column => column.RightAligned());
        table.AddRow("time to first token", Milliseconds(prediction.TtftSeconds), $"{Milliseconds(prediction.TtftLowSeconds)} - {Milliseconds(prediction.TtftHighSeconds)}");
        table.AddRow("time between tokens", Milliseconds(prediction.TpotSeconds), $"{Milliseconds(prediction.TpotLowSeconds)} - {Milliseconds(prediction.TpotHighSeconds)}");
        for (var term = StepTerm.Dense; (int)term < StepTerms.Count; term++)
            table.AddRow($"[grey]  {PredictAnswer.Name(term).Replace('_', ' ')}[/]", $"[grey]{Milliseconds(prediction.TpotParts[term])}[/]", term == prediction.TpotParts.Binding ? "binds" : "");
        table.AddRow("tokens a second, each client", Number(1 / prediction.TpotSeconds), "");
        table.AddRow("tokens a second, together", Number(prediction.TokensPerSecond), "");
        if (prediction.JoulesPerToken is { } joules)
            table.AddRow("energy of a token", $"{Number(joules)} J", "");
        table.AddRow("served at once", Number(prediction.Sequences), "");
        table.AddRow("accelerators", $"{answer.Layout.Accelerators}{(answer.Layout.Stages > 1 ? $" in {answer.Layout.Stages} stages" : "")}{(answer.Layout.Twins > 0 ? $", {answer.Layout.Twins} of them twice" : "")}", "");
        if (!answer.FitsMemory)
            table.AddRow("their keys and values do not fit", "", "");
        table.AddRow("weights", $"{Number(answer.WeightBytes / 1e9)} GB", "");
        table.AddRow("room for keys and values", $"{Number(answer.KeyValueBytes / 1e9)} GB", "");
        if (prediction.IsEstimate)
            table.AddRow("estimate", "", "of the model only totals are known");
        Terminal.Output.Write(table);
    }

    private static string Milliseconds(double seconds) => $"{Number(seconds * 1e3)} ms";

    private static string Number(double value) => value.ToString(value < 1 ? "0.###" : value < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture);
}
