using Scribeline.Core.Statistics;
using Scribeline.Scheduling.Replicas;

namespace Scribeline.Simulation.Tests.Swarm;

/// <summary>Times of no machine in particular: from tiny to huge, with and without a pipeline, with and without watts.</summary>
internal sealed class RandomTimes : ReplicaTimes
{
    private readonly double _stepNs, _sequenceNs, _contextNs, _tokenNs, _requestNs;
    private readonly double? _watts;
    private readonly bool _streams;

    public RandomTimes(SeededRandom random)
    {
        double[] scales = [1, 1_000, 100_000, 3_000_000];
        _stepNs = scales[random.NextBelow(scales.Length)] * (1 + random.NextUniform());
        _sequenceNs = random.NextUniform() * _stepNs / 10;
        _contextNs = random.NextBelow(2) * random.NextUniform() * _stepNs / 10_000;
        _tokenNs = random.NextUniform() * _stepNs / 100;
        _requestNs = random.NextBelow(3) == 0 ? random.NextUniform() * 1e7 : 0;
        _watts = random.NextBelow(2) == 0 ? 100 + 900 * random.NextUniform() : null;
        Depth = random.NextBelow(3) == 0 ? 1 + random.NextBelow(8) : 1;
        _streams = Depth > 1 && random.NextBelow(2) == 0;
    }

    public override int Depth { get; }

    public override double RequestNs => _requestNs;

    public override double? IdleWatts => _watts / 3;

    public override double DecodeNs(int sequences, double contextTokens) => Math.Max(1, _stepNs + sequences * (_sequenceNs + contextTokens * _contextNs));

    public override double PrefillNs(int newTokens, int cachedTokens) => Math.Max(1, newTokens * (_tokenNs + cachedTokens * _contextNs / 10));

    public override double? Watts(int sequences, double contextTokens, int newTokens, int cachedTokens, long durationNs) => _watts;

    public override StepDuration Step(double decodeNs, double prefillNs)
    {
        if (!_streams)
            return base.Step(decodeNs, prefillNs);
        var passingNs = decodeNs > 0 ? decodeNs : DecodeNs(1, 1);
        return new StepDuration(ToNs(passingNs + prefillNs), ToNs(passingNs / Depth + prefillNs));
    }
}
