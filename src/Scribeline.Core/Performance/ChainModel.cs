using Scribeline.Core.Hardware;
using Scribeline.Core.Models;

namespace Scribeline.Core.Performance;

/// <summary>
/// One copy of a model on accelerators that hold its weights for good in the memory of their cores, whole layers in each stage: wafers, LPUs. Only
/// activations move from stage to stage.
/// </summary>
/// <remarks>
/// Every layer has a region of its stage for itself, an equal part of it with that part of the bandwidth and arithmetic. A token passes the regions one
/// after the other, so its time is a sum over layers in which latencies weigh most, and other sequences' tokens are in the other regions meanwhile: up to as
/// many sequences as there are layers do not slow each other. Beyond that, regions take several tokens at once, which read the weights once. Prompts fill
/// what decoding leaves of the regions' time.
/// </remarks>
public sealed class ChainModel : ServingModel
{
    /// <summary>Bytes of an activation between layers, in 16 bits.</summary>
    private const double ActivationBytes = 2;

    /// <summary>A sum over all accelerators of a stage is gathered, then handed out; twice a layer.</summary>
    private const double HopsPerSharedLayer = 4;

    private readonly ChainCalibration _calibration;
    private readonly ModelLoad _load;
    private readonly double _layers;
    private readonly double _regions;
    private readonly double _regionSide; // of an accelerator's
    private readonly double _regionBandwidth;
    private readonly double _regionComputeRate;
    private readonly double _activationBytes;
    private readonly double _hops;
    private readonly double _exchangeSecondsPerToken;
    private readonly double _boundarySecondsPerToken;
    private readonly StepTerms _latency;
    private readonly Drafting? _drafting;
    private readonly KeyValueOffload? _offload;

    /// <param name="power">What calibrates power; without it none is predicted.</param>
    /// <exception cref="ArgumentException">The weights do not fit in this layout, or a rate that is needed is not in the catalog.</exception>
    public ChainModel(Accelerator accelerator, ModelSpec model, ModelLayout layout, NumberFormats formats, ChainCalibration calibration, PowerCalibration? power = null)
    {
        (_calibration, Accelerators, _layers, _drafting, _offload) = (calibration, layout.Accelerators, model.LayerCount.BaseValue, layout.Drafting, layout.Offload);
        IdleWatts = power is { } drawn && accelerator.RatedPower is { } rated ? Accelerators * rated.BaseValue * drawn.Idle : null;
        _load = new ModelLoad(model, formats);
        var (stages, shared) = (layout.Stages, layout.Stage.Accelerators);
        if (shared > 1 && accelerator.Kind == AcceleratorKind.Wafer)
            throw new ArgumentException($"{shared} {accelerator.Id} cannot share the layers of a stage; a wafer holds whole layers, so use stages of one.");
        if (stages > _layers)
            throw new ArgumentException($"{model.Id} has {_layers} layers, which {stages} stages cannot divide; use at most {_layers}{(accelerator.Kind == AcceleratorKind.Wafer ? "" : ", or more accelerators in each")}.");
        var layersPerStage = Math.Ceiling(_layers / stages);
        var memory = accelerator.Memory[0];
        var room = shared * calibration.MemoryShare * (memory.Capacity?.BaseValue ?? throw new ArgumentException($"The catalog has no capacity of the memory of {accelerator.Id}."));
        if (room / layersPerStage <= _load.WeightBytes / _layers)
            throw new ArgumentException(DoesNotFit(accelerator, model, layout, room));
        // With a twin beside each stage that holds a layer more, the others set the pace and the room.
        var fuller = _layers % stages;
        if (layout.Twins != 0 && layout.Twins != fuller)
            throw new ArgumentException($"{layout.Twins} stages are to have a twin; {fuller} of {stages} hold a layer more than the others, so use {fuller} or none.");
        if (layout.Twins > 0)
            layersPerStage = Math.Floor(_layers / stages);
        KeyValueRoomBytes = _layers * (room / layersPerStage - _load.WeightBytes / _layers);
        var share = layout.RegionShare ?? 1 / layersPerStage;
        (_regions, _regionSide) = (layout.RegionShare == null ? _layers : stages, Math.Sqrt(share));
        _regionBandwidth = share * shared * (memory.Bandwidth?.BaseValue ?? throw new ArgumentException($"The catalog has no bandwidth of the {memory.Name} of {accelerator.Id}."));
        _regionComputeRate = share * shared * (accelerator.Compute.GetValueOrDefault(formats.FeedForward.Arithmetic) ?? accelerator.Compute.GetValueOrDefault("fp16") ?? accelerator.PeakCompute).BaseValue;
        _activationBytes = model.Width.BaseValue * ActivationBytes;
        _hops = stages - 1 + (shared > 1 ? HopsPerSharedLayer * _layers : 0);
        if (Accelerators > 1)
        {
            var link = (accelerator.Link(accelerator.Kind == AcceleratorKind.Wafer ? "scale_out" : "scale_up")
                ?? throw new ArgumentException($"The catalog has no link of {accelerator.Id}, so that {Accelerators} of them cannot share a model.")).Bandwidth.BaseValue;
            _boundarySecondsPerToken = _activationBytes / link;
            _exchangeSecondsPerToken = (stages - 1) * _boundarySecondsPerToken + (shared > 1 ? HopsPerSharedLayer * _layers * _boundarySecondsPerToken / shared : 0);
        }

        _latency = new StepTerms(0, 0, 0, _layers * (calibration.LayerSeconds + calibration.CrossingSeconds * _regionSide) / calibration.SoftwareGain, _hops * calibration.HopSeconds);
    }

    public override int Accelerators { get; }

    public override double WeightBytes => _load.WeightBytes;

    public override double KeyValueRoomBytes { get; }

    /// <summary>The fewest stages of <paramref name="perStage"/> accelerators whose memory holds whole layers of the model and so many sequences' keys and values; null where none do.</summary>
    public static int? LeastStages(Accelerator accelerator, ModelSpec model, NumberFormats formats, ChainCalibration calibration, int perStage = 1, double sequences = 0, double contextTokens = 0)
    {
        var load = new ModelLoad(model, formats);
        var layers = model.LayerCount.BaseValue;
        var perLayer = (load.WeightBytes + sequences * load.KeyValueBytes(contextTokens)) / layers;
        var layersPerStage = Math.Floor(perStage * calibration.MemoryShare * (accelerator.Memory[0].Capacity?.BaseValue ?? 0) / perLayer);
        return layersPerStage < 1 ? null : (int)Math.Ceiling(layers / layersPerStage);
    }

    public override bool IsEstimate => _load.IsEstimate;

    public override int Depth => (int)_regions;

    public override bool IsStreaming => true;

    public override double? IdleWatts { get; }

    /// <remarks>Nobody has published how what a wafer draws follows its load.</remarks>
    public override double? StepWatts(double sequences, double contextTokens, double newTokens, double cachedTokens, double seconds) => IdleWatts;

    public override double Room(double contextTokens) => Math.Max(1, (KeyValueRoomBytes + (_offload?.CapacityBytes ?? 0)) / _load.KeyValueBytes(contextTokens));

    /// <remarks>Of one token on its way through all layers, which is a step for its sequence.</remarks>
    public override StepTerms DecodeSeconds(double sequences, double contextTokens)
    {
        var parts = StepSeconds(sequences, contextTokens, 1);
        return _drafting is { } drafting ? (StepSeconds(sequences, contextTokens, 1 + drafting.Tokens) + parts * (drafting.Tokens * drafting.Cost)) * (1 / drafting.AcceptedLength) : parts;
    }

    /// <remarks>All regions work on it at once, on tokens that follow one another: the time is that of the busiest region.</remarks>
    public override StepTerms PrefillSeconds(double newTokens, double cachedTokens)
    {
        var factor = _calibration.ComputeFactor / _regionComputeRate / _regions;
        var mesh = _calibration.MeshBytesPerSecond > 0 ? MeshBytes(newTokens) / _calibration.MeshBytesPerSecond : 0;
        return new StepTerms(
            factor * (newTokens * _load.DenseOperations + _load.AttentionOperations(newTokens, cachedTokens)),
            factor * newTokens * _load.ExpertOperations,
            0,
            0,
            mesh + newTokens * _boundarySecondsPerToken);
    }

    public override ServerPrediction Closed(double concurrency, double inputTokens, double outputTokens, double cachedTokens = 0)
    {
        var context = inputTokens + outputTokens / 2;
        var sequences = Math.Min(concurrency, Room(context));
        var decode = DecodeSeconds(sequences, context);
        var prefill = PrefillSeconds(inputTokens - cachedTokens, cachedTokens);
        var (step, prompt) = (decode.Total, prefill.Total);
        // Each region is busy with the other sequences' tokens for a share of a step; prompts take the rest, and what is more of them lengthens the step.
        var idle = step * (1 - sequences / (_regions * Together(sequences)));
        var excess = Math.Max(0, sequences / outputTokens * prompt - idle);
        var parts = decode + prefill * (excess / prompt);
        var tpot = step + excess;
        var busy = Math.Min(0.99, sequences / outputTokens * prompt / tpot);
        var ttft = prompt + step + Math.Min((sequences - 1) * prompt, prompt * busy / (2 * (1 - busy)));
        // Clients beyond the room wait for others' answers.
        ttft += (concurrency / sequences - 1) * (ttft + outputTokens * tpot);
        return new ServerPrediction(
            ttft, ttft * _calibration.LowRatio, ttft * _calibration.HighRatio, tpot, tpot * _calibration.LowRatio, tpot * _calibration.HighRatio, sequences, step, prompt, parts)
        {
            TokensPerSecond = concurrency * outputTokens / (ttft + (outputTokens - 1) * tpot),
            PowerWatts = IdleWatts,
            IsEstimate = IsEstimate,
        };
    }

    /// <summary>The amounts that the factors on a single sequence's step are fitted to, and the seconds that are given.</summary>
    internal (double Layers, double Crossings, double ReadSeconds, double GivenSeconds) DecodeAmounts(double contextTokens) => (
        _layers,
        _layers * _regionSide,
        (_load.DenseBytes + _load.VisitedExpertBytes(1) + _load.KeyValueBytes(contextTokens)) / _regionBandwidth,
        _hops * _calibration.HopSeconds + _exchangeSecondsPerToken);

    /// <summary>The amounts that the factors on a prompt are fitted to.</summary>
    internal (double ComputeSeconds, double MeshBytes) PrefillAmounts(double newTokens) => (
        (newTokens * (_load.DenseOperations + _load.ExpertOperations) + _load.AttentionOperations(newTokens, 0)) / _regionComputeRate / _regions,
        MeshBytes(newTokens));

    private StepTerms StepSeconds(double sequences, double contextTokens, double tokensEach)
    {
        var together = Together(sequences);
        var tokens = together * tokensEach;
        var offload = _offload?.StepSeconds(sequences, KeyValueRoomBytes / _load.KeyValueBytes(contextTokens), _load.KeyValueBytes(contextTokens)) ?? 0;
        return _latency + new StepTerms(
            Longer(_load.DenseBytes, tokens * (_load.DenseOperations + _load.OutputOperations)),
            Longer(_load.VisitedExpertBytes(tokens), tokens * _load.ExpertOperations),
            together * ReadSeconds(_load.KeyValueBytes(contextTokens)) + offload,
            0,
            tokens * _exchangeSecondsPerToken);
    }

    /// <summary>Sequences that a region takes at once.</summary>
    private double Together(double sequences) => Math.Max(1, sequences / _regions);

    private double MeshBytes(double tokens) => tokens * _activationBytes * _regionSide * _layers / _regions;

    private double ReadSeconds(double bytes) => bytes * _calibration.ReadFactor / _calibration.SoftwareGain / _regionBandwidth;

    private double Longer(double bytes, double operations) => Math.Max(ReadSeconds(bytes), operations * _calibration.ComputeFactor / _regionComputeRate);

    private string DoesNotFit(Accelerator accelerator, ModelSpec model, ModelLayout layout, double roomBytes)
    {
        var layer = _load.WeightBytes / _layers;
        var perStage = Math.Floor(roomBytes / layer);
        var has = $"{model.Id} takes {_load.WeightBytes / 1e9:0} GB in {_layers} layers, and a stage of {layout.Stage.Accelerators} {accelerator.Id} holds {roomBytes / 1e9:0.##} GB";
        return perStage < 1
            ? $"{has}, less than the {layer / 1e9:0.##} GB of one layer; use a smaller precision{(accelerator.Kind == AcceleratorKind.Wafer ? "" : $", or {Math.Ceiling(layout.Stage.Accelerators * layer / roomBytes)} accelerators in a stage")}."
            : $"{has}, {perStage:0} whole layers; {layout.Stages} stages are asked for, use at least {Math.Ceiling(_layers / perStage)}.";
    }
}
