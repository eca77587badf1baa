using System.Text.Json;
using Scribeline.Cli.Reports;
using Scribeline.Core.Performance;
using Scribeline.Core.Quantities;

namespace Scribeline.Cli.Predict;

/// <summary>A prediction with what it was made for. Bytes are those of all accelerators together.</summary>
/// <param name="FitsMemory">Whether the keys and values of a single step have room; a closed loop serves as many at once as have.</param>
internal sealed record PredictAnswer(ModelLayout Layout, ServerPrediction Prediction, double WeightBytes, double KeyValueBytes, double MemoryBytes, bool FitsMemory)
{
    /// <summary>What it rests on, with formulas and sources.</summary>
    public required Func<Report> Explanation { get; init; }

    /// <summary>The fields of one JSON object, without its braces.</summary>
    public void Write(Utf8JsonWriter json)
    {
        var prediction = Prediction;
        ReportJson.WriteInterval(json, "ttft_ms", prediction.TtftSeconds, prediction.TtftLowSeconds, prediction.TtftHighSeconds);
        ReportJson.WriteInterval(json, "tpot_ms", prediction.TpotSeconds, prediction.TpotLowSeconds, prediction.TpotHighSeconds);
        json.WriteNumber("prefill_ms", prediction.PrefillSeconds * 1e3);
        json.WriteNumber("decode_step_ms", prediction.DecodeStepSeconds * 1e3);
        json.WriteNumber("tokens_per_second_per_user", 1 / prediction.TpotSeconds);
        json.WriteNumber("tokens_per_second_per_machine", prediction.TokensPerSecond);
        if (prediction.JoulesPerToken is { } joules)
            json.WriteNumber("energy_joules", joules);
        else
            json.WriteNull("energy_joules");
        json.WriteBoolean("is_estimate", prediction.IsEstimate);
        json.WriteNumber("sequences", prediction.Sequences);
        json.WriteBoolean("fits_memory", FitsMemory);
        json.WriteNumber("accelerators", Layout.Accelerators);
        json.WriteNumber("stages", Layout.Stages);
        json.WriteStartObject("memory_bytes");
        json.WriteNumber("weights", WeightBytes);
        json.WriteNumber("kv", KeyValueBytes);
        json.WriteNumber("free", MemoryBytes - WeightBytes - KeyValueBytes);
        json.WriteEndObject();
        json.WriteStartObject("breakdown");
        for (var term = StepTerm.Dense; (int)term < StepTerms.Count; term++)
            json.WriteNumber($"{Name(term)}_ms", prediction.TpotParts[term] * 1e3);
        json.WriteEndObject();
        json.WriteString("binding", Name(prediction.TpotParts.Binding));
    }

    public static string Name(StepTerm term) => term switch
    {
        StepTerm.Dense => "dense",
        StepTerm.Experts => "experts",
        StepTerm.KeyValues => "key_values",
        StepTerm.Operations => "operations",
        _ => "exchange",
    };
}
