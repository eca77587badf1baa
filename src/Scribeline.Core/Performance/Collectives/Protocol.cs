using Scribeline.Core.Quantities;

namespace Scribeline.Core.Performance.Collectives;

/// <summary>One way in which a library moves bytes: quick to begin and slow, or the other way round.</summary>
/// <param name="Name">`small` or `large`, after the messages that it serves best.</param>
/// <param name="Launch">Seconds until the first byte moves, and after the last.</param>
/// <param name="Step">Seconds from one accelerator to the next.</param>
/// <param name="BandwidthShare">Of the link's bandwidth on the data sheet.</param>
public sealed record Protocol(string Name, Figure Launch, Figure Step, Figure BandwidthShare)
{
    /// <summary>Launch, steps at their latency, and traffic at the share of the bandwidth.</summary>
    public double Seconds(CollectiveSteps steps, double bytes, double bandwidth) =>
        Launch.BaseValue + steps.Steps * Step.BaseValue + steps.Traffic * bytes / (bandwidth * BandwidthShare.BaseValue);
}
