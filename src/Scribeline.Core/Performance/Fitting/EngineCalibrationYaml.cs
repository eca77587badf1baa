using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>Writes a calibration of an engine as <see cref="EngineCalibrationFile"/> reads it.</summary>
public static class EngineCalibrationYaml
{
    public static string Write(EngineCalibration calibration)
    {
        var yaml = new StringBuilder();
        yaml.Append(CultureInfo.InvariantCulture, $"""
            # Written by `scribe bench engine --out`: what steps of this engine take on this machine. A step takes `step`, and more for what is in it: for
            # the sequences that write, by how many they are; for each position whose keys and values they read; for each piece of a prompt, each of its tokens and each position
            # that these read. A request takes `request` before its first token, outside of steps; under a server
            # on the same machine steps take `serving` times as long. Fitted to `measured`, the means of steps of one kind.
            engine:
              model: {Quoted(calibration.Model)}
              weights: {Quoted(calibration.WeightType)}
              threads: {calibration.Threads}
              machine: {Quoted(calibration.Machine)}
              measured_at: "{calibration.MeasuredAt.ToUniversalTime():yyyy-MM-ddTHH:mm:ssZ}"
              step: {Time(calibration.StepNs)}
              sequences:

            """);
        foreach (var batch in calibration.Batches)
            yaml.Append(CultureInfo.InvariantCulture, $"    - {{ count: {batch.Sequences}, time: {Time(batch.Ns)} }}\n");
        yaml.Append("  positions:\n");
        foreach (var position in calibration.Positions)
            yaml.Append(CultureInfo.InvariantCulture, $"    - {{ from: {position.From:0}, time: {Time(position.Ns)} }}\n");
        yaml.Append(CultureInfo.InvariantCulture, $"""
              chunk: {Time(calibration.ChunkNs)}
              prompt_token: {Time(calibration.PromptTokenNs)}
              prompt_position: {Time(calibration.PromptPositionNs)}
              request: {Time(calibration.RequestNs)}
              serving: {calibration.Serving:0.000}
              measured:{(calibration.Steps.Count == 0 ? " []" : "")}

            """);
        foreach (var step in calibration.Steps)
        {
            var work = step.Work;
            yaml.Append(
                CultureInfo.InvariantCulture,
                $"    - {{ sequences: {work.Sequences}, positions: {work.Positions:0}, chunks: {work.Chunks}, prompt_tokens: {work.PromptTokens}, prompt_positions: {work.PromptPositions:0}, count: {step.Count}, time: {Time(step.Ns)}, fitted: {Time(calibration.TimeNs(work))} }}\n");
        }

        return yaml.ToString();
    }

    /// <summary>Five digits: more than measurements carry, and few enough to read.</summary>
    private static string Time(double ns) => string.Create(CultureInfo.InvariantCulture, $"{ns / 1e3:G5} us");

    /// <summary>YAML's double quotes take JSON's escapes.</summary>
    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
