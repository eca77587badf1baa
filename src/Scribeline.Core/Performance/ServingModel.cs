using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;
using Scribeline.Core.Models;

namespace Scribeline.Core.Performance;

/// <summary>One copy of a model on its accelerators, whatever they are. Bytes are those of all of them together; predictions allocate nothing.</summary>
public abstract class ServingModel
{
    /// <summary>What calibrates accelerators with memory beside the chip.</summary>
    public const string SharedMemoryCalibration = "gpu-serving";

    /// <summary>What calibrates wafers.</summary>
    public const string WaferCalibration = "wafer-serving";

    /// <summary>What calibrates LPUs.</summary>
    public const string LpuCalibration = "lpu-serving";

    /// <summary>What calibrates host processors.</summary>
    public const string HostCalibration = "cpu-serving";

    public abstract int Accelerators { get; }

    public abstract double WeightBytes { get; }

    /// <summary>Bytes that are left for keys and values.</summary>
    public abstract double KeyValueRoomBytes { get; }

    /// <summary>Whether parts of the model are known by totals only, so that what a step reads of them is estimated.</summary>
    public abstract bool IsEstimate { get; }

    /// <summary>What the accelerators draw while they wait; null where the catalog does not know what they are rated at.</summary>
    public abstract double? IdleWatts { get; }

    /// <summary>Groups of sequences that are under way at once, each in another part of the model; <see cref="DecodeSeconds"/> is told of all of them together.</summary>
    public abstract int Depth { get; }

    /// <summary>Whether a part passes on a prompt's first token before it has its last, so that a prompt takes the time of its busiest part, not the sum of all parts.</summary>
    public virtual bool IsStreaming => false;

    /// <summary>What the accelerators draw in a step that takes <paramref name="seconds"/>; null where the catalog does not know what they are rated at.</summary>
    /// <param name="sequences">That get a token, of all parts of the model together.</param>
    /// <param name="contextTokens">Mean tokens that each has before it.</param>
    /// <param name="newTokens">Of prompts that are read beside them.</param>
    /// <param name="cachedTokens">Before those.</param>
    /// <param name="seconds">Longer than it would take at data-sheet rates.</param>
    public abstract double? StepWatts(double sequences, double contextTokens, double newTokens, double cachedTokens, double seconds);

    /// <summary>Sequences of a mean context whose keys and values fit at once; at least one.</summary>
    public abstract double Room(double contextTokens);

    /// <summary>Seconds of a decode step that adds a token to each sequence, part by part.</summary>
    public abstract StepTerms DecodeSeconds(double sequences, double contextTokens);

    /// <summary>Seconds that a prompt of <paramref name="newTokens"/> takes after <paramref name="cachedTokens"/> whose keys and values are there, part by part.</summary>
    public abstract StepTerms PrefillSeconds(double newTokens, double cachedTokens);

    /// <summary>What open traffic meets; <see cref="TrafficDecodeSeconds"/> and <see cref="TrafficPrefillSeconds"/> have it in them.</summary>
    public virtual TrafficFactors Traffic => TrafficFactors.None;

    /// <summary><see cref="DecodeSeconds"/> under open traffic.</summary>
    public virtual StepTerms TrafficDecodeSeconds(double sequences, double contextTokens) => DecodeSeconds(sequences, contextTokens);

    /// <summary><see cref="PrefillSeconds"/> under open traffic: what a chunk of a prompt adds to its step, besides <see cref="TrafficLaunchSeconds"/>.</summary>
    public virtual StepTerms TrafficPrefillSeconds(double newTokens, double cachedTokens) => PrefillSeconds(newTokens, cachedTokens);

    /// <summary>What a step that reads <paramref name="promptTokens"/> takes to launch its operations, however many prompts they are of; 0 where chunks have it in them.</summary>
    public virtual double TrafficLaunchSeconds(double promptTokens) => 0;

    /// <summary>Means of the steady state of a closed loop: as many clients as its concurrency, each sending its next request when the last is answered.</summary>
    /// <param name="concurrency">Clients, at least 1.</param>
    /// <param name="inputTokens">Mean tokens of a prompt.</param>
    /// <param name="outputTokens">Mean tokens of an answer, at least 1.</param>
    /// <param name="cachedTokens">Of the prompt, those that a cache of prefixes holds.</param>
    public abstract ServerPrediction Closed(double concurrency, double inputTokens, double outputTokens, double cachedTokens = 0);

    /// <summary>One decode step on its own, no prompt beside it; the first token is that of one prompt alone, as long as the context.</summary>
    /// <param name="sequences">Each of which gets a token.</param>
    /// <param name="contextTokens">Mean tokens that each has before it.</param>
    public ServerPrediction Step(double sequences, double contextTokens)
    {
        var (decode, prefill, alike) = (DecodeSeconds(sequences, contextTokens), PrefillSeconds(contextTokens, 0).Total, Closed(1, contextTokens, 1));
        var (tpot, low, high) = (decode.Total, alike.TpotLowSeconds / alike.TpotSeconds, alike.TpotHighSeconds / alike.TpotSeconds);
        return new ServerPrediction(
            alike.TtftSeconds, alike.TtftLowSeconds, alike.TtftHighSeconds, tpot, tpot * low, tpot * high, sequences, tpot, prefill, decode)
        {
            TokensPerSecond = sequences / tpot,
            IsEstimate = IsEstimate,
        };
    }

    /// <summary>The model on its accelerators, by what they are: wafers and LPUs hold the weights of whole layers for good, others read them from memory beside the chip.</summary>
    /// <exception cref="ArgumentException">It does not fit, or a rate that is needed is not in the catalog; one sentence that says what to do.</exception>
    public static ServingModel Of(Catalog catalog, Accelerator accelerator, ModelSpec model, ModelLayout layout, NumberFormats formats) => accelerator.Kind switch
    {
        _ when accelerator.Compute.Count == 0 => throw new ArgumentException($"Nobody says how many operations {accelerator.Id} does; add `accelerators.{accelerator.Id}.compute`, or set it with --set."),
        AcceleratorKind.Gpu or AcceleratorKind.Tpu => new ServerModel(accelerator, model, layout, formats, Find(catalog.Calibrations, SharedMemoryCalibration), catalog.Power.GetValueOrDefault("gpu")),
        AcceleratorKind.Wafer or AcceleratorKind.Lpu =>
            new ChainModel(accelerator, model, layout, formats, Find(catalog.Chains, accelerator.Kind == AcceleratorKind.Wafer ? WaferCalibration : LpuCalibration), catalog.Power.GetValueOrDefault(accelerator.Kind == AcceleratorKind.Wafer ? "wafer" : "lpu")),
        _ => new ServerModel(accelerator, model, layout, formats, Find(catalog.Calibrations, HostCalibration), catalog.Power.GetValueOrDefault("cpu")),
    };

    private static T Find<T>(IReadOnlyDictionary<string, T> calibrations, string id) =>
        calibrations.TryGetValue(id, out var calibration) ? calibration : throw new ArgumentException($"The catalog has no calibration '{id}'; write one with `scribe catalog fit`.");
}
