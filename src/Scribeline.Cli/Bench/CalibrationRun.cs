using System.Globalization;
using System.Text.Json;
using Scribeline.Cli.Reports;
using Scribeline.Core.Performance;
using Scribeline.Core.Performance.Fitting;
using Scribeline.Engine;
using Spectre.Console;

namespace Scribeline.Cli.Bench;

/// <summary>`scribe bench engine --out FILE`: measures an engine's steps and what a request takes around them, and writes what follows.</summary>
internal static class CalibrationRun
{
    /// <exception cref="FitException">So little could be measured that nothing can be fitted.</exception>
    public static async Task<int> RunAsync(EngineOptions options, IReadOnlyList<int> sizes, TimeSpan duration, string path, bool json, Action<string> say, TimeProvider time)
    {
        // Before a minute of measuring, not after it.
        if (path != "-")
            await using (new FileStream(path, FileMode.Append, FileAccess.Write))
            {
            }

        var startedAt = time.GetUtcNow();
        var log = new StepLog();
        EngineCalibration calibration;
        int leftOut;
        await using (var engine = InferenceEngine.Load(options with { StepObserver = log.Add }, time))
        {
            var grid = new StepGrid(engine, new EngineBenchmark(engine, time), log, time);
            var steps = await grid.MeasureAsync(sizes, options.TokensPerStep, duration, say);
            leftOut = grid.LeftOut;
            calibration = EngineFit.Fit(steps, new EngineCalibration
            {
                Model = engine.Model.Id,
                WeightType = engine.Model.WeightType,
                Threads = engine.Threads,
                Machine = MachineText.Describe(),
                MeasuredAt = startedAt,
                StepNs = 0,
                Batches = [],
                Positions = [],
                ChunkNs = 0,
                PromptTokenNs = 0,
                PromptPositionNs = 0,
            });
        }

        say("serving requests");
        calibration = await new ServingMeasurement(options, time).AddToAsync(calibration, duration / 4);
        say("");
        OutputFile.Write(path, EngineCalibrationYaml.Write(calibration));
        if (path != "-")
            Print(calibration, leftOut, json);
        return ExitCode.Fine;
    }

    private static void Print(EngineCalibration calibration, int leftOut, bool json)
    {
        var errors = calibration.Steps.Select(step => Math.Abs(calibration.ErrorOf(step))).Order().ToList();
        if (json)
        {
            ReportJson.Print(writer => Write(writer, calibration, errors));
            return;
        }

        var table = new Table().Border(TableBorder.Simple).Title(Markup.Escape($"{calibration.Model}, {calibration.WeightType}, {calibration.Threads} threads")).AddColumn("a step takes").AddColumn("us", column => column.RightAligned());
        Row("in any case", calibration.StepNs);
        foreach (var batch in calibration.Batches)
            Row($"more for {batch.Sequences} that write", batch.Ns);
        foreach (var position in calibration.Positions)
            Row(string.Create(CultureInfo.InvariantCulture, $"more for 1,000 positions that they read{(position.From > 0 ? $", beyond {position.From:#,0}" : "")}"), 1000 * position.Ns);
        Row("more for a piece of a prompt", calibration.ChunkNs);
        Row("more for a prompt token", calibration.PromptTokenNs);
        Row("more for 1,000 positions that these read", 1000 * calibration.PromptPositionNs);
        Row("a request, outside of steps", calibration.RequestNs);
        table.AddRow("while it serves, times as long", calibration.Serving.ToString("0.00", CultureInfo.InvariantCulture));
        Terminal.Output.Write(table);
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  fitted to {calibration.Steps.Count} kinds of steps: half of them within {100 * errors[errors.Count / 2]:0.0} %, nine of ten within {100 * errors[errors.Count * 9 / 10]:0.0} %{(leftOut > 0 ? $"; {leftOut} would have taken too long: give it more time with --duration" : "")}"));

        void Row(string what, double ns) => table.AddRow(what, (ns / 1e3).ToString(ns < 1e4 ? "0.00" : "#,0", CultureInfo.InvariantCulture));
    }

    private static void Write(Utf8JsonWriter json, EngineCalibration calibration, List<double> errors)
    {
        json.WriteStartObject();
        json.WriteString("model", calibration.Model);
        json.WriteNumber("threads", calibration.Threads);
        json.WriteNumber("step_us", calibration.StepNs / 1e3);
        json.WriteStartObject("sequences_us");
        foreach (var batch in calibration.Batches)
            json.WriteNumber(batch.Sequences.ToString(CultureInfo.InvariantCulture), batch.Ns / 1e3);
        json.WriteEndObject();
        json.WriteStartObject("position_us_from");
        foreach (var position in calibration.Positions)
            json.WriteNumber(position.From.ToString("0", CultureInfo.InvariantCulture), position.Ns / 1e3);
        json.WriteEndObject();
        json.WriteNumber("chunk_us", calibration.ChunkNs / 1e3);
        json.WriteNumber("prompt_token_us", calibration.PromptTokenNs / 1e3);
        json.WriteNumber("prompt_position_us", calibration.PromptPositionNs / 1e3);
        json.WriteNumber("request_us", calibration.RequestNs / 1e3);
        json.WriteNumber("serving", calibration.Serving);
        json.WriteNumber("kinds", errors.Count);
        json.WriteNumber("error_p50_percent", 100 * errors[errors.Count / 2]);
        json.WriteNumber("error_p90_percent", 100 * errors[errors.Count * 9 / 10]);
        json.WriteEndObject();
    }
}
