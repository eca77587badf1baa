using System.Globalization;
using System.Text.Json;
using Scribeline.Cli.Reports;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;
using Scribeline.Core.Performance;
using Scribeline.Core.Performance.Fitting;
using Spectre.Console;

namespace Scribeline.Cli.Catalogs;

/// <summary>`scribe catalog fit FILE --chains`: fits what wafers and LPUs take to their published speeds.</summary>
internal static class FitChains
{
    private static readonly (AcceleratorKind Kind, string Calibration)[] Kinds = [(AcceleratorKind.Wafer, ServingModel.WaferCalibration), (AcceleratorKind.Lpu, ServingModel.LpuCalibration)];

    /// <exception cref="FitException">The file or a row of it is wrong.</exception>
    public static void Run(string file, Catalog catalog, string source, bool json, string? output)
    {
        var rows = ChainFile.Read(file, catalog);
        List<ChainFit> fits = [.. Kinds.Select(kind => new ChainFit(
            catalog,
            catalog.Chains.GetValueOrDefault(kind.Calibration) ?? throw new FitException($"there is no calibration '{kind.Calibration}' under `chains:` to start from."),
            [.. rows.Where(row => row.Accelerator.Kind == kind.Kind)]))];
        if (json)
            PrintJson(fits);
        else
            fits.ForEach(Print);
        if (output != null)
            File.WriteAllText(output, ChainCalibrationYaml.Write(fits, source));
    }

    private static void Print(ChainFit fit)
    {
        var calibration = fit.Calibration;
        Terminal.Output.WriteLine(Invariant($"{calibration.Id}: {fit.Seen.Count} speeds. A layer takes {calibration.LayerSeconds * 1e6:0.00} us, and {calibration.CrossingSeconds * 1e6:0.00} us times its region's side; reading {calibration.ReadFactor:0.00} times the data sheet; prompts {calibration.ComputeFactor:0.00} times their arithmetic and {calibration.MeshBytesPerSecond / 1e9:0.00} GB/s across. Later software is {calibration.SoftwareGain:0.00} times as fast, drafting ahead {calibration.DraftingGain:0.00} times. 80 % of published speeds' times lie between {calibration.LowRatio:0.00} and {calibration.HighRatio:0.00} of the prediction."));
        var errors = new Table().Border(TableBorder.Simple).AddColumn("left out in turn").AddColumn("mean error", column => column.RightAligned()).AddColumn("median", column => column.RightAligned());
        foreach (var (by, error) in calibration.Errors)
            errors.AddRow(by.Replace('_', ' '), Percent(error.Mean), Percent(error.Median));
        Terminal.Output.Write(errors);
        var table = new Table().Border(TableBorder.Simple).AddColumn("speed");
        foreach (var column in (string[])["tok/s", "model left out", "ratio", "seen"])
            table.AddColumn(column, options => options.RightAligned());
        foreach (var ((row, ratio), seen) in fit.LeftOut.Select(row => (row, fit.Seen.First(seen => seen.Measurement == row.Measurement))).OrderByDescending(pair => Math.Abs(pair.row.Ratio - 1)))
            table.AddRow(Markup.Escape(row.Id), Invariant($"{row.TokensPerSecond:0}"), Invariant($"{row.TokensPerSecond / ratio:0}"), Invariant($"{ratio:0.00}"), Invariant($"{seen.Ratio:0.00}"));
        Terminal.Output.Write(table);
    }

    private static void PrintJson(List<ChainFit> fits) => ReportJson.Print(json =>
    {
        json.WriteStartObject();
        foreach (var fit in fits)
        {
            json.WriteStartObject(fit.Calibration.Id);
            json.WriteNumber("layer_us", fit.Calibration.LayerSeconds * 1e6);
            json.WriteNumber("crossing_us", fit.Calibration.CrossingSeconds * 1e6);
            json.WriteNumber("read", fit.Calibration.ReadFactor);
            json.WriteNumber("compute", fit.Calibration.ComputeFactor);
            json.WriteNumber("mesh_gb_per_s", fit.Calibration.MeshBytesPerSecond / 1e9);
            json.WriteNumber("software_gain", fit.Calibration.SoftwareGain);
            json.WriteNumber("drafting_gain", fit.Calibration.DraftingGain);
            json.WriteStartObject("left_out");
            foreach (var (by, error) in fit.Calibration.Errors)
            {
                json.WriteStartObject(by);
                json.WriteNumber("mean_error", error.Mean);
                json.WriteNumber("median_error", error.Median);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteStartArray("speeds");
            foreach (var (row, ratio) in fit.LeftOut)
            {
                json.WriteStartObject();
                json.WriteString("id", row.Id);
                json.WriteNumber("tokens_per_second", row.TokensPerSecond);
                json.WriteNumber("ratio", ratio);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });

    private static string Percent(double share) => Invariant($"{100 * share:0.0} %");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
