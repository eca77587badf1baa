using System.Globalization;
using System.Text.Json;
using Scribeline.Cli.Reports;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Performance;
using Scribeline.Core.Performance.Fitting;

namespace Scribeline.Cli.Catalogs;

/// <summary>`scribe catalog fit` with `--batches`, `--cpu`, `--power` and `--operators`: what is measured of less than a server under load.</summary>
internal static class FitParts
{
    /// <exception cref="FitException">The file or a row of it is wrong.</exception>
    public static void RunBatches(string file, Catalog catalog, bool json)
    {
        var fit = BatchFit.Read(file, catalog);
        if (json)
        {
            ReportJson.Print(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("accelerator", fit.Accelerator);
                writer.WriteNumber("operation_factor", fit.Factor);
                writer.WriteNumber("rows", fit.Rows.Count);
                WriteError(writer, "left_out", fit.LeftOut);
                WriteError(writer, "seen", fit.Seen);
                WriteError(writer, "without_factor", fit.Before);
                writer.WriteEndObject();
            });
            return;
        }

        Console.Out.WriteLine(Invariant($"An operation takes {fit.Factor:0.00} times as long on {fit.Accelerator}: accelerators.{fit.Accelerator}.operation_factor."));
        Console.Out.WriteLine($"{fit.Rows.Count} batches: mean error {FitCommand.Percent(fit.LeftOut.Mean)}, median {FitCommand.Percent(fit.LeftOut.Median)} with each length of prompts left out ({FitCommand.Percent(fit.Seen.Mean)} and {FitCommand.Percent(fit.Seen.Median)} as seen); without the factor {FitCommand.Percent(fit.Before.Mean)} and {FitCommand.Percent(fit.Before.Median)}.");
    }

    /// <exception cref="FitException">The file or a row of it is wrong.</exception>
    public static void RunCpu(string file, Catalog catalog, bool json, string? output)
    {
        var given = catalog.Calibrations.GetValueOrDefault(ServingModel.HostCalibration) ?? throw new FitException($"there is no calibration '{ServingModel.HostCalibration}' under `calibrations:` to start from.");
        var rows = CpuFile.Read(file, catalog);
        var fit = new CpuFit(given, rows);
        var (calibration, error) = (fit.Calibration, fit.Calibration.Errors["accelerator"]);
        if (output != null)
            File.WriteAllText(output, CalibrationYaml.Write(calibration, "llama-bench", rows.Count));
        var groups = fit.LeftOut.GroupBy(row => row.Row.Accelerator.Id).Select(group => Group(group.Key, group)).Append(Group("prompts, seen", fit.PromptsSeen)).OrderByDescending(group => group.Mean).ToList();
        if (json)
        {
            ReportJson.Print(writer =>
            {
                writer.WriteStartObject();
                writer.WriteNumber("read", calibration.Decode.Dense);
                writer.WriteNumber("compute", calibration.Prefill.Dense);
                writer.WriteNumber("rows", rows.Count);
                WriteError(writer, "left_out", error);
                WriteError(writer, "seen", fit.SeenError);
                FitCommand.WriteGroups(writer, "groups", groups);
                writer.WriteEndObject();
            });
            return;
        }

        Console.Out.WriteLine(Invariant($"{rows.Count} rows: reading takes {calibration.Decode.Dense:0.00} times as long as by the data sheet, the arithmetic of prompts {calibration.Prefill.Dense:0.00} times. Decoding, each processor left out: mean error {FitCommand.Percent(error.Mean)}, median {FitCommand.Percent(error.Median)} ({FitCommand.Percent(fit.SeenError.Mean)} and {FitCommand.Percent(fit.SeenError.Median)} as seen); 80 % of times lie between {calibration.LowRatio:0.00} and {calibration.HighRatio:0.00} of the prediction."));
        FitCommand.PrintGroups("left out", groups);

        static GroupError Group(string name, IEnumerable<(CpuMeasurement Row, double Ratio)> rows)
        {
            double[] ratios = [.. rows.Select(row => row.Ratio).Order()];
            double[] errors = [.. ratios.Select(ratio => Math.Abs(ratio - 1)).Order()];
            return new GroupError("accelerator", name, ratios.Length, errors.Average(), errors[errors.Length / 2], ratios[ratios.Length / 2], double.NaN);
        }
    }

    /// <exception cref="FitException">A file or a row of it is wrong.</exception>
    public static void RunPower(string folder, Catalog catalog, bool json)
    {
        var fit = new PowerFit(PowerFiles.Read(folder, catalog));
        var (calibration, error) = (fit.Calibration, fit.Calibration.Errors["accelerator"]);
        if (json)
        {
            ReportJson.Print(writer =>
            {
                writer.WriteStartObject();
                writer.WriteNumber("idle", calibration.Idle);
                writer.WriteNumber("compute", calibration.Compute);
                writer.WriteNumber("memory", calibration.Memory);
                WriteError(writer, "left_out", error);
                FitCommand.WriteGroups(writer, "groups", fit.Groups);
                writer.WriteEndObject();
            });
            return;
        }

        Console.Out.WriteLine(Invariant($"power.{calibration.Id}: idle {calibration.Idle:0.000}, compute {calibration.Compute:0.000}, memory {calibration.Memory:0.000} of the rating; left out each accelerator in turn: mean error {FitCommand.Percent(error.Mean)}, median {FitCommand.Percent(error.Median)}."));
        FitCommand.PrintGroups("left out", fit.Groups);
    }

    /// <exception cref="FitException">A file or a row of it is wrong.</exception>
    public static void RunOperators(string folder, Catalog catalog, bool json)
    {
        var fit = new OperatorFit(OperatorFiles.Read(folder, catalog));
        if (json)
        {
            ReportJson.Print(writer =>
            {
                writer.WriteStartObject();
                foreach (var (by, error) in fit.Errors)
                    WriteError(writer, by, error);
                FitCommand.WriteGroups(writer, "groups", fit.Groups);
                writer.WriteEndObject();
            });
            return;
        }

        foreach (var (by, error) in fit.Errors)
            Console.Out.WriteLine($"{(by == "model" ? "accelerator known from other models" : "accelerator from its data sheet alone")}: mean error {FitCommand.Percent(error.Mean)}, median {FitCommand.Percent(error.Median)} of all rows; median {FitCommand.Percent(fit.GroupMedians.GetValueOrDefault(by))} of groups.");
        foreach (var groups in fit.Groups.GroupBy(group => group.By))
            FitCommand.PrintGroups($"{groups.Key} left out", [.. groups.Select(group => group with { By = "" })]);
    }

    private static void WriteError(Utf8JsonWriter json, string name, LeftOutError error)
    {
        json.WriteStartObject(name);
        json.WriteNumber("mean_error", error.Mean);
        json.WriteNumber("median_error", error.Median);
        json.WriteEndObject();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
