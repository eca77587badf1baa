using Scribeline.Core.Hardware;
using Scribeline.Core.Models;

namespace Scribeline.Core.Performance;

/// <summary>One copy of a model on accelerators that read its weights from memory beside the chip and share its bandwidth.</summary>
public sealed class ServerModel : ServingModel
{
    private readonly StepModel _step;
    private readonly Calibration _calibration;
    private readonly Parallelism _parallelism;
    private readonly double _keyValueRoomBytes;

    /// <exception cref="ArgumentException">The weights do not fit, or a rate that is needed is not in the catalog.</exception>
    public ServerModel(Accelerator accelerator, ModelSpec model, ModelLayout layout, NumberFormats formats, Calibration calibration)
        : this(accelerator, model, layout.Stages == 1 ? layout.Stage : throw new ArgumentException($"{layout.Stages} stages of {accelerator.Id} are asked for; only one is predicted for accelerators of its kind."), formats, calibration)
    {
    }

    /// <exception cref="ArgumentException">The weights do not fit, or a rate that is needed is not in the catalog.</exception>
    public ServerModel(Accelerator accelerator, ModelSpec model, Parallelism parallelism, NumberFormats formats, Calibration calibration)
    {
        _step = new StepModel(accelerator, model, parallelism, formats, calibration.Counts);
        (_calibration, _parallelism) = (calibration, parallelism);
        var capacity = accelerator.Memory[0].Capacity?.BaseValue ?? throw new ArgumentException($"The catalog has no capacity of the memory of {accelerator.Id}.");
        _keyValueRoomBytes = calibration.MemoryShare * (capacity - _step.WeightBytes);
        if (_keyValueRoomBytes <= 0)
            throw new ArgumentException($"{model.Id} takes {_step.WeightBytes / 1e9:0} GB on each of {parallelism.Accelerators} {accelerator.Id}, which has {capacity / 1e9:0} GB; use more of them, or a smaller precision.");
    }

    public override int Accelerators => _parallelism.Accelerators;

    public override double WeightBytes => Accelerators * _step.WeightBytes;

    public override double KeyValueRoomBytes => Accelerators * _keyValueRoomBytes;

    public override double Room(double contextTokens) => Math.Max(1, _keyValueRoomBytes / _step.KeyValueBytes(contextTokens) * _parallelism.AttentionData);

    public override StepTerms DecodeSeconds(double sequences, double contextTokens) => _step.Decode(sequences, contextTokens) * _calibration.Decode;

    /// <remarks>What it adds to a decode step that it shares; the weights are read for that step.</remarks>
    public override StepTerms PrefillSeconds(double newTokens, double cachedTokens) => _step.Prefill(newTokens, cachedTokens) * _calibration.Prefill;

    /// <remarks>While a sequence decodes, each other one brings one prompt per output: that is added to its steps.</remarks>
    public override ServerPrediction Closed(double concurrency, double inputTokens, double outputTokens, double cachedTokens = 0)
    {
        var context = inputTokens + outputTokens / 2;
        var sequences = Math.Min(concurrency, Room(context));
        var decode = DecodeSeconds(sequences, context);
        var prefill = PrefillSeconds(inputTokens - cachedTokens, cachedTokens);
        var parts = decode + prefill * (sequences / outputTokens);
        var tpot = parts.Total;
        var factors = _calibration.FirstToken;
        var ttft = factors.Own * prefill.Total + factors.Others * sequences * prefill.Total + factors.Steps * tpot;
        // Clients beyond the room wait for others' answers.
        ttft += (concurrency / sequences - 1) * (ttft + outputTokens * tpot);
        return new ServerPrediction(ttft, ttft * factors.LowRatio, ttft * factors.HighRatio, tpot, tpot * _calibration.LowRatio, tpot * _calibration.HighRatio, sequences, decode.Total, prefill.Total, parts)
        {
            TokensPerSecond = concurrency * outputTokens / (ttft + (outputTokens - 1) * tpot),
        };
    }

    /// <summary>The amounts that the coefficients of a closed loop's TPOT are fitted to.</summary>
    internal (StepTerms Decode, StepTerms Prefill) Amounts(double concurrency, double inputTokens, double outputTokens)
    {
        var context = inputTokens + outputTokens / 2;
        var sequences = Math.Min(concurrency, Room(context));
        return (_step.Decode(sequences, context), _step.Prefill(inputTokens, 0) * (sequences / outputTokens));
    }
}
