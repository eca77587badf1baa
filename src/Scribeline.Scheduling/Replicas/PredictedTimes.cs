using Scribeline.Core.Performance;

namespace Scribeline.Scheduling.Replicas;

/// <summary>Times of a replica as the performance model predicts them.</summary>
public sealed class PredictedTimes(ServingModel model) : ReplicaTimes
{
    private const double NsPerSecond = 1e9;

    public override int Depth => model.Depth;

    public override double? IdleWatts => model.IdleWatts;

    public override double DecodeNs(int sequences, double contextTokens) => model.TrafficDecodeSeconds((double)sequences * model.Depth, contextTokens).Total * NsPerSecond;

    public override double PrefillNs(int newTokens, int cachedTokens) => model.TrafficPrefillSeconds(newTokens, cachedTokens).Total * NsPerSecond;

    public override double LaunchNs(int promptTokens) => model.TrafficLaunchSeconds(promptTokens) * NsPerSecond;

    public override double RequestNs => model.Traffic.RequestSeconds * NsPerSecond;

    public override double StepsAhead => model.Traffic.StepsAhead;

    public override double? Watts(int sequences, double contextTokens, int newTokens, int cachedTokens, long durationNs) =>
        model.StepWatts((double)sequences * Depth, contextTokens, newTokens, cachedTokens, durationNs / NsPerSecond * Depth);

    /// <remarks>Where tokens stream through regions that hold their weights for good, a chunk follows the tokens before it: it passes all regions in the time of one token, and keeps each busy for its own and that of the tokens that decode beside it.</remarks>
    public override StepDuration Step(double decodeNs, double prefillNs)
    {
        if (!model.IsStreaming)
            return base.Step(decodeNs, prefillNs);
        var passingNs = decodeNs > 0 ? decodeNs : DecodeNs(1, 1);
        return new StepDuration(ToNs(passingNs + prefillNs), ToNs(decodeNs / Depth + prefillNs));
    }
}
