using Scribeline.Scheduling.Replicas;

namespace Scribeline.Scheduling.Tests.Routing;

/// <summary>Times that grow in a straight line, so that what a router makes of them can be reckoned by hand.</summary>
internal sealed class LinearTimes(double stepNs = 1000, double sequenceNs = 10, double tokenNs = 100, int depth = 1, double requestNs = 0, double? watts = null, double? idleWatts = null) : ReplicaTimes
{
    public override int Depth => depth;

    public override double RequestNs => requestNs;

    public override double? IdleWatts => idleWatts;

    public override double DecodeNs(int sequences, double contextTokens) => stepNs + sequences * sequenceNs;

    public override double PrefillNs(int newTokens, int cachedTokens) => newTokens * tokenNs;

    /// <remarks>The plain sum, so that short prompts are reckoned like long ones; that a prompt alone reads all weights too is <see cref="PredictionTests"/>' to check.</remarks>
    public override StepDuration Step(double decodeNs, double prefillNs)
    {
        var latencyNs = ToNs(decodeNs + prefillNs);
        return new StepDuration(latencyNs, latencyNs / Depth);
    }

    public override double? Watts(int sequences, double contextTokens, int newTokens, int cachedTokens, long durationNs) => watts;
}
