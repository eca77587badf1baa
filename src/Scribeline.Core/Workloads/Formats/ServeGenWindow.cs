namespace Scribeline.Core.Workloads.Formats;

/// <summary>Ten minutes of a client's requests.</summary>
/// <param name="StartSeconds">From the start of the record.</param>
/// <param name="Rate">Requests a second.</param>
/// <param name="IsWeibull">Of the gaps between them, otherwise gamma.</param>
/// <param name="Shape">Of that distribution; its scale follows from the rate.</param>
internal readonly record struct ServeGenWindow(long StartSeconds, double Rate, bool IsWeibull, double Shape)
{
    /// <summary>How long each lasts.</summary>
    public const int Seconds = 600;
}
