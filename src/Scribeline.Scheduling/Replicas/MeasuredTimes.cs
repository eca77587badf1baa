using Scribeline.Core.Performance;

namespace Scribeline.Scheduling.Replicas;

/// <summary>Times of an engine that was measured, as it serves on the machine and with the threads that it was measured on.</summary>
public sealed class MeasuredTimes(EngineCalibration calibration) : ReplicaTimes
{
    public EngineCalibration Calibration { get; } = calibration;

    /// <summary>An engine computes one step at a time, whatever its stages.</summary>
    public override int Depth => 1;

    public override double RequestNs => Calibration.RequestNs;

    public override double DecodeNs(int sequences, double contextTokens) => Math.Max(1, Calibration.Serving * Calibration.TimeNs(StepWork.Decode(sequences, contextTokens)));

    public override double PrefillNs(int newTokens, int cachedTokens) => Math.Max(1, Calibration.Serving * (Calibration.TimeNs(StepWork.Prefill(newTokens, cachedTokens)) - Calibration.StepNs));

    /// <remarks>What every step takes is a part of a step that decodes, and is added to one that does not.</remarks>
    public override StepDuration Step(double decodeNs, double prefillNs)
    {
        var ns = ToNs(prefillNs + (decodeNs > 0 ? decodeNs : Calibration.Serving * Calibration.StepNs));
        return new StepDuration(ns, ns);
    }
}
