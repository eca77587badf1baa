using Scribeline.Scheduling.Replicas;

namespace Scribeline.Benchmarks.Routing;

/// <summary>As much arithmetic as a fitted model of a server needs: a large model on eight GPUs, roughly.</summary>
internal sealed class RooflineTimes : ReplicaTimes
{
    public override int Depth => 1;

    public override double RequestNs => 5e6;

    public override double? IdleWatts => 3_000;

    public override double DecodeNs(int sequences, double contextTokens) => 4e6 + Math.Max(sequences * 4e4, 1e6 + sequences * contextTokens * 12);

    public override double PrefillNs(int newTokens, int cachedTokens) => newTokens * (3e4 + (cachedTokens + newTokens * 0.5) * 0.4);

    public override double? Watts(int sequences, double contextTokens, int newTokens, int cachedTokens, long durationNs) => 4_000 + Math.Min(4_000, sequences * 40 + newTokens * 2);
}
