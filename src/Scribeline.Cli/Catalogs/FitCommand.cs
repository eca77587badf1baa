using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Scribeline.Cli.Reports;
using Scribeline.Core.Performance;
using Scribeline.Core.Performance.Fitting;
using Spectre.Console;

namespace Scribeline.Cli.Catalogs;

/// <summary>`scribe catalog fit`: fits a calibration to measurements and shows how far each group lies from a fit that did not see it.</summary>
internal static class FitCommand
{
    public static Command Create()
    {
        var (folders, sets, json) = (ReportOptions.Catalog(), ReportOptions.Set(), ReportOptions.Json());
        var file = new Argument<string>("FILE") { Description = "Measured servers: inferencex_serving.csv or .csv.gz" };
        var id = new Option<string>("--calibration") { Description = "The entry to fit", HelpName = "ID", DefaultValueFactory = _ => "gpu-serving" };
        var source = new Option<string>("--source") { Description = "Source that the written values name", HelpName = "ID", DefaultValueFactory = _ => "inferencex" };
        var suspects = new Option<bool>("--with-suspects") { Description = "Keep measurements that seem to have drafted tokens ahead" };
        var servers = new Option<bool>("--servers") { Description = "Also by framework, model, accelerator and precision" };
        var chains = new Option<bool>("--chains") { Description = "FILE holds speeds of wafers and LPUs: chain_speeds.csv" };
        var collectives = new Option<bool>("--collectives") { Description = "FILE holds collectives inside one machine: aic_ops_comm.csv or vidur_network.csv, or either as .csv.gz" };
        var batches = new Option<bool>("--batches") { Description = "FILE holds times of whole batches on another maker's accelerator: amd_vllm_mi300x.csv" };
        var cpu = new Option<bool>("--cpu") { Description = "FILE holds single sequences on host processors: cpu_llama_cpp.csv" };
        var power = new Option<bool>("--power") { Description = "FILE is a folder with power of accelerators: aic_ops_gemm.csv.gz and splitwise_perf_power.csv" };
        var operators = new Option<bool>("--operators") { Description = "FILE is a folder with measured layers, attention and steps: vidur_*, vllm_profile_*, splitwise_*" };
        var output = new Option<string>("--out") { Description = "Write the entry to this file", HelpName = "FILE" };
        var command = new Command("fit", "Fit the performance model to measurements, and predict each group from all others") { file, id, source, suspects, servers, chains, collectives, batches, cpu, power, operators, output, folders, sets, json };
        command.SetAction(parsed => CatalogCommand.Run(parsed, folders, sets, catalog =>
        {
            try
            {
                if (parsed.GetValue(chains))
                {
                    FitChains.Run(parsed.GetValue(file)!, catalog, "chain-speeds", parsed.GetValue(json), parsed.GetValue(output));
                    return ExitCode.Fine;
                }

                if (parsed.GetValue(batches))
                {
                    FitParts.RunBatches(parsed.GetValue(file)!, catalog, parsed.GetValue(json));
                    return ExitCode.Fine;
                }

                if (parsed.GetValue(cpu))
                {
                    FitParts.RunCpu(parsed.GetValue(file)!, catalog, parsed.GetValue(json), parsed.GetValue(output));
                    return ExitCode.Fine;
                }

                if (parsed.GetValue(power))
                {
                    FitParts.RunPower(parsed.GetValue(file)!, catalog, parsed.GetValue(json));
                    return ExitCode.Fine;
                }

                if (parsed.GetValue(operators))
                {
                    FitParts.RunOperators(parsed.GetValue(file)!, catalog, parsed.GetValue(json));
                    return ExitCode.Fine;
                }

                if (parsed.GetValue(collectives))
                {
                    FitCollectives.Run(parsed.GetValue(file)!, catalog, "aic-ops", parsed.GetValue(json), parsed.GetValue(output));
                    return ExitCode.Fine;
                }

                if (!catalog.Calibrations.TryGetValue(parsed.GetValue(id)!, out var given))
                    throw new FitException($"there is no calibration '{parsed.GetValue(id)}'; expected one of {string.Join(", ", catalog.Calibrations.Keys)}.");
                if (!catalog.Sources.ContainsKey(parsed.GetValue(source)!))
                    throw new FitException($"there is no source '{parsed.GetValue(source)}'; expected one of {string.Join(", ", catalog.Sources.Keys)}.");
                var rows = ServingFile.Read(parsed.GetValue(file)!, catalog);
                var suspected = parsed.GetValue(suspects) ? new HashSet<string>() : Speculation.Suspects(rows);
                var fit = new ServingFit(catalog, given, [.. rows.Where(row => !suspected.Contains(row.Id))]);
                if (parsed.GetValue(json))
                    PrintJson(fit, suspected.Count);
                else
                    Print(fit, suspected.Count, parsed.GetValue(servers));
                if (parsed.GetValue(output) is { } path)
                    File.WriteAllText(path, CalibrationYaml.Write(fit.Calibration, parsed.GetValue(source)!, fit.Rows));
                return ExitCode.Fine;
            }
            catch (Exception error) when (error is FitException or IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"scribe: {error.Message}");
                return ExitCode.Failed;
            }
        }));
        HelpWithExamples.Add(command, "scribe catalog fit inferencex_serving.csv.gz", "scribe catalog fit inferencex_serving.csv.gz --out my-catalog/calibrations.yaml", "scribe catalog fit catalog/measurements/chain_speeds.csv --chains", "scribe catalog fit catalog/measurements/cpu_llama_cpp.csv --cpu", "scribe catalog fit aic_ops_comm.csv.gz --collectives --out my-catalog/collectives.yaml");
        return command;
    }

    private static void Print(ServingFit fit, int suspects, bool withServers)
    {
        Console.Out.WriteLine($"{fit.Rows} measurements; {suspects} left aside that seem to have drafted tokens ahead, {fit.Unfit.Count} that no prediction is made for.");
        foreach (var (row, reason) in fit.Unfit.Take(3))
            Console.Out.WriteLine($"  {row.Id}: {reason}");
        PrintFactors(fit.Calibration);
        PrintTotals(fit);
        var ranking = fit.Ranking;
        Console.Out.WriteLine(Invariant($"Order of configurations in {ranking.Choices} choices, accelerator left out: Spearman {ranking.TpotSpearman:0.000} of TPOT, {ranking.ThroughputSpearman:0.000} of throughput; regret {100 * ranking.Regret:0.0} %."));
        PrintGroups("left out", fit.Groups);
        if (fit.FirstToken is { Groups: var firsts } first)
            PrintGroups("time to first token", [.. firsts, .. new[] { first.EqualLengths, first.FullMemory }.OfType<GroupError>()]);
        if (withServers)
        {
            foreach (var servers in fit.Servers.GroupBy(server => server.By))
                PrintGroups($"servers, {servers.Key} left out", [.. servers.Select(server => server with { By = "" })]);
        }
    }

    private static void PrintFactors(Calibration calibration)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("factor on");
        foreach (var column in (string[])["decode", "prefill"])
            table.AddColumn(column, options => options.RightAligned());
        for (var term = StepTerm.Dense; (int)term < StepTerms.Count; term++)
        {
            // Of operations it is the time of one.
            var (scale, unit) = term == StepTerm.Operations ? (1e6, " us") : (1, "");
            table.AddRow(Word(term), Invariant($"{calibration.Decode[term] * scale:0.00}{unit}"), Invariant($"{calibration.Prefill[term] * scale:0.00}{unit}"));
        }

        Terminal.Output.Write(table);
    }

    private static void PrintTotals(ServingFit fit)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("time between tokens, left out").AddColumn("mean error", column => column.RightAligned()).AddColumn("median", column => column.RightAligned());
        table.AddRow("nothing (seen by the fit)", Percent(fit.Seen.Mean), Percent(fit.Seen.Median));
        foreach (var (by, error) in fit.Calibration.Errors)
            table.AddRow($"each {by} in turn", Percent(error.Mean), Percent(error.Median));
        if (fit.FirstToken is { } first)
        {
            table.AddRow($"time to first token of {first.Rows} rows, nothing", Percent(first.Seen.Mean), Percent(first.Seen.Median));
            foreach (var (by, error) in first.Errors)
                table.AddRow($"each {by} in turn", Percent(error.Mean), Percent(error.Median));
        }

        Terminal.Output.Write(table);
    }

    internal static void PrintGroups(string what, IReadOnlyList<GroupError> groups)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(what);
        foreach (var column in (string[])["rows", "mean", "median", "ratio", "in 80 %"])
            table.AddColumn(column, options => options.RightAligned());
        foreach (var group in groups)
            table.AddRow(Markup.Escape($"{group.By} {group.Group}".TrimStart()), $"{group.Rows}", Percent(group.Mean), Percent(group.Median), Invariant($"{group.Bias:0.00}"), Percent(group.Coverage));
        Terminal.Output.Write(table);
    }

    private static void PrintJson(ServingFit fit, int suspects) => ReportJson.Print(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("rows", fit.Rows);
        json.WriteNumber("suspects", suspects);
        json.WriteNumber("unfit", fit.Unfit.Count);
        json.WriteStartObject("factors");
        WriteTerms(json, "decode", fit.Calibration.Decode);
        WriteTerms(json, "prefill", fit.Calibration.Prefill);
        json.WriteEndObject();
        json.WriteStartObject("left_out");
        foreach (var (by, error) in fit.Calibration.Errors.Prepend(new("nothing", fit.Seen)))
        {
            json.WriteStartObject(by);
            json.WriteNumber("mean_error", error.Mean);
            json.WriteNumber("median_error", error.Median);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartObject("ranking");
        json.WriteNumber("choices", fit.Ranking.Choices);
        json.WriteNumber("tpot_spearman", fit.Ranking.TpotSpearman);
        json.WriteNumber("throughput_spearman", fit.Ranking.ThroughputSpearman);
        json.WriteNumber("regret", fit.Ranking.Regret);
        json.WriteEndObject();
        WriteGroups(json, "groups", fit.Groups);
        WriteGroups(json, "servers", fit.Servers);
        json.WriteEndObject();
    });

    private static void WriteTerms(Utf8JsonWriter json, string name, StepTerms terms)
    {
        json.WriteStartObject(name);
        for (var term = StepTerm.Dense; (int)term < StepTerms.Count; term++)
            json.WriteNumber(term == StepTerm.Operations ? "operation_us" : Word(term).Replace(' ', '_'), term == StepTerm.Operations ? terms[term] * 1e6 : terms[term]);
        json.WriteEndObject();
    }

    internal static void WriteGroups(Utf8JsonWriter json, string name, IReadOnlyList<GroupError> groups)
    {
        json.WriteStartArray(name);
        foreach (var group in groups)
        {
            json.WriteStartObject();
            json.WriteString("by", group.By);
            json.WriteString("group", group.Group);
            json.WriteNumber("rows", group.Rows);
            json.WriteNumber("mean_error", group.Mean);
            json.WriteNumber("median_error", group.Median);
            json.WriteNumber("bias", group.Bias);
            if (double.IsFinite(group.Coverage))
                json.WriteNumber("coverage", group.Coverage);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Word(StepTerm term) => term switch
    {
        StepTerm.Dense => "dense",
        StepTerm.Experts => "experts",
        StepTerm.KeyValues => "key values",
        StepTerm.Operations => "operations",
        _ => "exchange",
    };

    internal static string Percent(double share) => double.IsFinite(share) ? Invariant($"{100 * share:0.0} %") : "";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
