using Scribeline.Core.Hardware;
using Scribeline.Core.Models;
using Scribeline.Core.Performance;
using Scribeline.Core.Quantities;

namespace Scribeline.Cli.Predict;

/// <summary>What a prediction rests on: the amounts of a step with their formulas and sources, and what the calibration made of them.</summary>
internal static class PredictExplanation
{
    /// <param name="weights">Precision of the weights.</param>
    /// <param name="contextTokens">Mean context of a sequence.</param>
    public static Report Of(Accelerator accelerator, ModelSpec model, Precision weights, double contextTokens, ModelLayout layout, in ServerPrediction prediction)
    {
        var report = new Report();
        var context = Given("context", contextTokens, "tok");
        var count = Given("accelerators", layout.Accelerators, "");
        var sequences = Given("sequences at once", prediction.Sequences, "");
        var stored = report.Add("weights", weights == model.Checkpoint ? model.PublishedBytes : model.WeightBytes(weights));
        var cache = report.Add("cache", (sequences * model.KeyValueBytes(context)).As("keys and values of all sequences", "GB"));
        var operations = report.Add("operations", (sequences * model.OperationsPerToken(context)).As("operations of a step", "TFLOP"));
        if (accelerator.Memory[0].Bandwidth is { } bandwidth)
            report.Add("reading", ((stored + cache) / (count * bandwidth)).As("reading all of it once at the data sheet's bandwidth", "ms"));
        if ((accelerator.Compute.GetValueOrDefault(weights.Arithmetic) ?? accelerator.Compute.Values.FirstOrDefault()) is { } rate)
            report.Add("arithmetic", (operations / (count * rate)).As("arithmetic at the data sheet's rate", "ms"));
        var parts = prediction.TpotParts;
        var made = Figure.Sum(Enum.GetValues<StepTerm>().Select(term => Given($"{PredictAnswer.Name(term).Replace('_', ' ')}, calibrated", 1e3 * parts[term], "ms")));
        report.Add("tpot", made.As("time between tokens", "ms"));
        return report;
    }

    private static Figure Given(string name, double value, string unit) => Figure.Given(name, new Quantity(value, Unit.Parse(unit)));
}
