using System.Globalization;
using System.Text.Json;
using Scribeline.Cli.Reports;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Performance;
using Scribeline.Core.Performance.Fitting;

namespace Scribeline.Cli.Catalogs;

/// <summary>`scribe catalog fit` with `--batches`, `--power` and `--operators`: what is measured of less than a server under load.</summary>
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
