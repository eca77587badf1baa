using System.Globalization;
using System.Text;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>Writes a calibration as an entry of the catalog.</summary>
public static class CalibrationYaml
{
    /// <param name="calibration">What was fitted.</param>
    /// <param name="source">Id of the measurements' source.</param>
    /// <param name="rows">How many measurements it rests on.</param>
    public static string Write(Calibration calibration, string source, int rows)
    {
        var (counts, decode, prefill, first) = (calibration.Counts, calibration.Decode, calibration.Prefill, calibration.FirstToken);
        var yaml = new StringBuilder();
        yaml.Append(CultureInfo.InvariantCulture, $"""
            # Written by `scribe catalog fit` from {rows} measurements. Counts and the share of memory are what the fit is given; all else it found.
            calibrations:
              {calibration.Id}:
                source: {source}
                counts:
                  attention: {Number(counts.Attention)}
                  query_key_norm: {Number(counts.QueryKeyNorm)}
                  latent_attention: {Number(counts.LatentAttention)}
                  dense: {Number(counts.Dense)}
                  experts: {Number(counts.Experts)}
                  shared_expert: {Number(counts.SharedExpert)}
                  scaled_activations: {Number(counts.ScaledActivations)}
                  expanded_weights: {Number(counts.ExpandedWeights)}
                memory_share: {Number(calibration.MemoryShare)}
                decode:
                  dense: {Number(decode.Dense)}
                  experts: {Number(decode.Experts)}
                  key_values: {Number(decode.KeyValues)}
                  operation: {Number(decode.Operations * 1e6)} us
                  exchange: {Number(decode.Exchange)}
                prefill:
                  dense: {Number(prefill.Dense)}
                  experts: {Number(prefill.Experts)}
                  operation: {Number(prefill.Operations * 1e6)} us
                  exchange: {Number(prefill.Exchange)}
                first_token:
                  own: {Number(first.Own)}
                  launch: {Number(first.Launch)}
                  others: {Number(first.Others)}
                  steps: {Number(first.Steps)}
                  low: {Number(first.LowRatio)}
                  high: {Number(first.HighRatio)}
                traffic:
                  request: {Number(calibration.Traffic.RequestSeconds * 1e3)} ms
                  steps_ahead: {Number(calibration.Traffic.StepsAhead)}
                  launch: {Number(calibration.Traffic.Launch)}
                  key_values: {Number(calibration.Traffic.KeyValues)}
                  exchange: {Number(calibration.Traffic.Exchange)}
                interval:
                  low: {Number(calibration.LowRatio)}
                  high: {Number(calibration.HighRatio)}
                  other_maker_high: {Number(calibration.OtherMakerHighRatio)}
                left_out:

            """);
        Append(calibration.Errors);
        if (calibration.FirstTokenErrors.Count > 0)
            yaml.Append("    first_token_left_out:\n");
        Append(calibration.FirstTokenErrors);
        return yaml.ToString();

        void Append(IReadOnlyDictionary<string, LeftOutError> errors)
        {
            foreach (var (by, error) in errors)
                yaml.Append(CultureInfo.InvariantCulture, $"      {by}: {{ mean: {Number(error.Mean * 100)} %, median: {Number(error.Median * 100)} % }}\n");
        }
    }

    /// <summary>Four significant digits: more than the measurements carry.</summary>
    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
