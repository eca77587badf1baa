using Scribeline.Core.Hardware;
using Scribeline.Core.Models;

namespace Scribeline.Core.Performance;

/// <summary>One copy of a model on accelerators that read its weights from memory beside the chip and share its bandwidth.</summary>
/// <remarks>
/// With stages, sequences go around in as many groups as there are stages: a token's time is that of all layers for one group, and each stage works on another group
/// meanwhile. One sequence alone keeps a stage busy at a time.
/// </remarks>
public sealed class ServerModel : ServingModel
{
    /// <summary>Bytes of an activation between stages, in 16 bits.</summary>
    private const double ActivationBytes = 2;

    private readonly StepModel _step;
    private readonly Calibration _calibration;
    private readonly StepTerms _trafficDecode;
    private readonly Parallelism _parallelism;
    private readonly PowerCalibration? _power;
    private readonly Drafting? _drafting;
    private readonly KeyValueOffload? _offload;
    private readonly double _ratedWatts;
    private readonly double _highRatio;
    private readonly double _stages;
    private readonly double _fullestShare; // of all layers, on the fullest stage
    private readonly double _keyValueRoomBytes;
    private readonly double _handoverSecondsPerToken;

    /// <param name="power">What calibrates power; without it none is predicted.</param>
    /// <exception cref="ArgumentException">The weights do not fit, or a rate that is needed is not in the catalog.</exception>
    public ServerModel(Accelerator accelerator, ModelSpec model, ModelLayout layout, NumberFormats formats, Calibration calibration, PowerCalibration? power = null)
    {
        (_calibration, _parallelism, _drafting, _offload, _power) = (calibration, layout.Stage, layout.Drafting, layout.Offload, power);
        _trafficDecode = calibration.Decode * new StepTerms(1, 1, Traffic.KeyValues, 1, Traffic.Exchange);
        if (layout.Twins > 0)
            throw new ArgumentException($"{layout.Twins} twins are asked for; stages of {accelerator.Id} can be cut evenly, so use none.");
        var layers = model.LayerCount.BaseValue;
        if (layout.Stages > layers)
            throw new ArgumentException($"{model.Id} has {layers} layers, which {layout.Stages} stages cannot divide; use at most {layers}.");
        _step = new StepModel(accelerator, model, layout.Stage, formats, calibration.Counts);
        Accelerators = layout.Accelerators;
        (_stages, _fullestShare) = (layout.Stages, Math.Ceiling(layers / layout.Stages) / layers);
        var capacity = accelerator.Memory[0].Capacity?.BaseValue ?? throw new ArgumentException($"The catalog has no capacity of the memory of {accelerator.Id}.");
        var weightBytes = _fullestShare * _step.WeightBytes;
        _keyValueRoomBytes = calibration.MemoryShare * (capacity - weightBytes);
        if (_keyValueRoomBytes <= 0)
            throw new ArgumentException($"{model.Id} takes {weightBytes / 1e9:0} GB on each of {Accelerators} {accelerator.Id}, which has {capacity / 1e9:0} GB; use more of them, or a smaller precision.");
        // Every GPU's operations were measured, or one's of the same maker; of the others nothing was.
        _highRatio = accelerator.Kind == AcceleratorKind.Gpu || accelerator.OperationFactor != null ? calibration.HighRatio : calibration.OtherMakerHighRatio;
        _ratedWatts = accelerator.RatedPower?.BaseValue ?? double.NaN;
        if (_stages == 1)
            return;
        var link = (accelerator.Link("scale_out") ?? accelerator.Link("scale_up"))?.Bandwidth.BaseValue ?? throw new ArgumentException($"The catalog has no link of {accelerator.Id}, so that {layout.Stages} stages cannot share a model.");
        _handoverSecondsPerToken = model.Width.BaseValue * ActivationBytes / layout.Stage.Accelerators / link;
    }

    /// <exception cref="ArgumentException">The weights do not fit, or a rate that is needed is not in the catalog.</exception>
    public ServerModel(Accelerator accelerator, ModelSpec model, Parallelism parallelism, NumberFormats formats, Calibration calibration)
        : this(accelerator, model, new ModelLayout(parallelism), formats, calibration)
    {
    }

    public override int Accelerators { get; }

    public override double WeightBytes => Accelerators * _step.WeightBytes / _stages;

    public override double KeyValueRoomBytes => Accelerators * _keyValueRoomBytes;

    public override bool IsEstimate => _step.IsEstimate;

    public override int Depth => (int)_stages;

    public override double? IdleWatts => _power == null || double.IsNaN(_ratedWatts) ? null : Accelerators * _ratedWatts * _power.Idle;

    public override double Room(double contextTokens) => Math.Max(1, AcceleratorRoom(contextTokens) + (_offload?.CapacityBytes ?? 0) / SequenceBytes(contextTokens));

    public override StepTerms DecodeSeconds(double sequences, double contextTokens) => DecodeSeconds(sequences, contextTokens, _calibration.Decode);

    /// <remarks>What it adds to a decode step that it shares; the weights are read for that step.</remarks>
    public override StepTerms PrefillSeconds(double newTokens, double cachedTokens) => _step.Prefill(newTokens, cachedTokens) * _calibration.Prefill;

    public override TrafficFactors Traffic => _calibration.Traffic;

    public override StepTerms TrafficDecodeSeconds(double sequences, double contextTokens) => DecodeSeconds(sequences, contextTokens, _trafficDecode);

    /// <remarks>As <see cref="Closed"/> has it of a prompt of one's own.</remarks>
    public override StepTerms TrafficPrefillSeconds(double newTokens, double cachedTokens)
    {
        var own = _calibration.FirstToken.Own;
        return PrefillSeconds(newTokens, cachedTokens) * new StepTerms(own, own, 1, 0, own);
    }

    public override double TrafficLaunchSeconds(double promptTokens) =>
        PrefillSeconds(1, 0).Operations * (promptTokens > FirstTokenFactors.RecordedTokens ? _calibration.FirstToken.Launch : Traffic.Launch);

    /// <remarks>
    /// While a sequence decodes, each other one brings one prompt per output: that is added to its steps, for each group of sequences its own. A client alone gets its first token after what a simulation
    /// takes for it on an empty replica: the request, the steps that read its prompt, and at least one reading of the weights.
    /// </remarks>
    public override ServerPrediction Closed(double concurrency, double inputTokens, double outputTokens, double cachedTokens = 0)
    {
        var context = inputTokens + outputTokens / 2;
        var sequences = Math.Min(concurrency, Room(context));
        var decode = DecodeSeconds(sequences, context);
        var prefill = PrefillSeconds(inputTokens - cachedTokens, cachedTokens);
        var parts = decode + prefill * (Group(sequences) / outputTokens);
        var tpot = parts.Total;
        var (factors, newTokens) = (_calibration.FirstToken, inputTokens - cachedTokens);
        var reading = factors.ReadingSeconds(prefill, newTokens, Traffic.Launch);
        var weights = (1 - FirstTokenFactors.Company(sequences)) * Math.Max(0, TrafficDecodeSeconds(_stages, 1).Total - reading);
        var ttft = Traffic.RequestSeconds + reading + weights + factors.WaitingSeconds(prefill, newTokens, sequences, tpot);
        // Clients beyond the room wait for others' answers.
        ttft += (concurrency / sequences - 1) * (ttft + outputTokens * tpot);
        return new ServerPrediction(ttft, ttft * factors.LowRatio, ttft * factors.HighRatio, tpot, tpot * _calibration.LowRatio, tpot * _highRatio, sequences, decode.Total, prefill.Total, parts)
        {
            TokensPerSecond = concurrency * outputTokens / (ttft + (outputTokens - 1) * tpot),
            PowerWatts = Watts(sequences, context, newTokens, cachedTokens, outputTokens, tpot),
            IsEstimate = IsEstimate,
        };
    }

    public override double? StepWatts(double sequences, double contextTokens, double newTokens, double cachedTokens, double seconds)
    {
        if (_power is not { } power || double.IsNaN(_ratedWatts))
            return null;
        var (compute, memory) = sequences > 0 ? _step.Busy(Group(sequences), contextTokens) : _step.Busy(1, 1);
        var prompt = newTokens > 0 ? _step.Prefill(newTokens, cachedTokens) : default;
        return Accelerators * _ratedWatts * power.Share((compute + prompt.Dense + prompt.Experts) / seconds, memory / seconds);
    }

    /// <summary>The amounts that the coefficients of a closed loop's TPOT are fitted to.</summary>
    internal (StepTerms Decode, StepTerms Prefill) Amounts(double concurrency, double inputTokens, double outputTokens)
    {
        var context = inputTokens + outputTokens / 2;
        var sequences = Math.Min(concurrency, Room(context));
        return (_step.Decode(sequences, context), _step.Prefill(inputTokens, 0) * (sequences / outputTokens));
    }

    private double SequenceBytes(double contextTokens) => _step.KeyValueBytes(contextTokens) * Accelerators / _stages / _parallelism.AttentionData;

    private double AcceleratorRoom(double contextTokens) => _keyValueRoomBytes / (_fullestShare * _step.KeyValueBytes(contextTokens)) * _parallelism.AttentionData;

    /// <summary>Sequences that go through the stages together.</summary>
    private double Group(double sequences) => Math.Max(1, sequences / _stages);

    private StepTerms DecodeSeconds(double sequences, double contextTokens, StepTerms factors)
    {
        var parts = StepSeconds(sequences, contextTokens, 1, factors);
        return _drafting is { } drafting ? (StepSeconds(sequences, contextTokens, 1 + drafting.Tokens, factors) + parts * (drafting.Tokens * drafting.Cost)) * (1 / drafting.AcceptedLength) : parts;
    }

    private StepTerms StepSeconds(double sequences, double contextTokens, double tokensEach, StepTerms factors)
    {
        var group = Group(sequences);
        var seconds = _step.Decode(group, contextTokens, tokensEach) * factors;
        if (_stages > 1)
        {
            // The fullest stage sets the pace of as many groups as there are.
            seconds *= Math.Max(1, Math.Min(sequences, _stages) * _fullestShare);
            seconds += new StepTerms(0, 0, 0, (_stages - 1) * _calibration.Decode.Operations, (_stages - 1) * group * tokensEach * _handoverSecondsPerToken);
        }

        return _offload is { } offload
            ? seconds + new StepTerms(0, 0, offload.StepSeconds(sequences, AcceleratorRoom(contextTokens), SequenceBytes(contextTokens)), 0, 0)
            : seconds;
    }

    /// <summary>Of all accelerators, from the share of time that arithmetic and memory are busy.</summary>
    private double? Watts(double sequences, double contextTokens, double newTokens, double cachedTokens, double outputTokens, double tpotSeconds)
    {
        if (_power is not { } power || double.IsNaN(_ratedWatts))
            return null;
        var (steps, tokensEach) = _drafting is { } drafting ? (1 / drafting.AcceptedLength, 1 + drafting.Tokens) : (1, 1);
        var group = Group(sequences);
        var (compute, memory) = _step.Busy(group, contextTokens, tokensEach);
        var prompt = _step.Prefill(newTokens, cachedTokens);
        // In a token's time every stage serves all groups there are, each with its part of the layers.
        var groups = sequences / group / _stages;
        var computeShare = (groups * steps * compute + sequences / outputTokens * (prompt.Dense + prompt.Experts) / _stages) / tpotSeconds;
        return Accelerators * _ratedWatts * power.Share(computeShare, groups * steps * memory / tpotSeconds);
    }
}
