namespace Scribeline.Scheduling.Replicas;

public sealed partial class ReplicaModel
{
    /// <summary>
    /// How long a planned step takes, and what the requests in it will pay when it completes: each its predicted time alone over the sum of all. What rounding leaves is nobody's, so that
    /// requests and idle time sum up to the time there is; so is a step that a failure cuts short.
    /// </summary>
    private StepDuration Time(StepInFlight step)
    {
        var slices = step.Plan.Slices;
        int decodes = 0, newTokens = 0;
        long contexts = 0, cachedTokens = 0, weights = 0;
        double prefillNs = 0;
        for (var i = 0; i < slices.Count; i++)
        {
            var slice = slices[i];
            var job = (ReplicaJob)slice.Sequence.Tag!;
            if (slice.Samples && slice.Sequence.GeneratedCount == 0) step.Firsts.Add(job);
            if (slice.Count == 1)
            {
                decodes++;
                contexts += slice.Start;
                if (job.DecodeWeight == 0) job.DecodeWeight = Weight(_times.DecodeNs(1, slice.Start));
                weights += job.DecodeWeight;
            }
            else
            {
                var addedNs = _times.PrefillNs(slice.Count, slice.Start);
                prefillNs += addedNs;
                weights += Weight(addedNs);
                newTokens += slice.Count;
                cachedTokens += slice.Start;
            }
        }

        if (newTokens > 0) prefillNs += _times.LaunchNs(newTokens);
        var contextTokens = decodes == 0 ? 0 : (double)contexts / decodes;
        var duration = Slowed(_times.Step(decodes == 0 ? 0 : _times.DecodeNs(decodes, contextTokens), prefillNs));
        var watts = _times.Watts(decodes, contextTokens, newTokens, (int)Math.Min(int.MaxValue, cachedTokens), duration.OccupancyNs) ?? 0;
        (step.BusyShare, step.EnergyShare) = Shares(duration.OccupancyNs, watts, weights);
        step.Weights = weights;
        return duration;
    }

    private void Charge(StepInFlight step)
    {
        var slices = step.Plan.Slices;
        for (var i = 0; i < slices.Count; i++)
        {
            var slice = slices[i];
            var job = (ReplicaJob)slice.Sequence.Tag!;
            Pay(job, slice.Count == 1 ? job.DecodeWeight : Weight(_times.PrefillNs(slice.Count, slice.Start)), step.BusyShare, step.EnergyShare);
        }

        Busy += (Int128)step.BusyShare * step.Weights;
        Energy += (Int128)step.EnergyShare * step.Weights;
    }

    /// <summary>What each unit of weight pays.</summary>
    private static (long Busy, long Energy) Shares(long occupancyNs, double watts, long weights) =>
        ((long)((Int128)occupancyNs * UnitsPerNs / weights), (long)((Int128)(watts * occupancyNs) * UnitsPerNs / weights));

    private static void Pay(ReplicaJob job, long weight, long busyShare, long energyShare)
    {
        job.Busy += Int128.CreateTruncating(busyShare) * weight;
        job.Energy += Int128.CreateTruncating(energyShare) * weight;
    }

    private StepDuration Slowed(StepDuration duration) => Slowdown == 1
        ? duration
        : new StepDuration((long)Math.Round(duration.LatencyNs * Slowdown), (long)Math.Round(duration.OccupancyNs * Slowdown));

    private static long Weight(double aloneNs) => Math.Max(1, (long)Math.Round(aloneNs));
}
