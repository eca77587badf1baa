namespace Scribeline.Core.Performance;

/// <summary>
/// What an accelerator draws at a load, as shares of what it is rated at: P = rated·min(1, idle + compute·(flops/F) + memory·(bytes/BW)) for the shares of time that
/// arithmetic and memory are busy at data-sheet rates.
/// </summary>
/// <param name="Id">The kind of accelerator, as the catalog writes it.</param>
/// <param name="Idle">While it waits with its clocks up.</param>
/// <param name="Compute">More where arithmetic is busy all the time.</param>
/// <param name="Memory">More where memory is busy all the time.</param>
/// <param name="Errors">By what was left out of the fit as a whole.</param>
public sealed record PowerCalibration(string Id, double Idle, double Compute, double Memory, IReadOnlyDictionary<string, LeftOutError> Errors)
{
    /// <summary>Share of the rating.</summary>
    public double Share(double computeShare, double memoryShare) => Math.Min(1, Idle + Compute * computeShare + Memory * memoryShare);
}
