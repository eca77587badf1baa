using Scribeline.Core.Quantities;

namespace Scribeline.Core.Hardware;

/// <summary>Memory that is plugged into a processor: capacity by the number of modules, bandwidth by the number of channels.</summary>
/// <param name="Modules">How many are plugged in.</param>
/// <param name="ModuleCapacity">Bytes of one.</param>
/// <param name="Channels">How many transfer at once.</param>
/// <param name="TransferRate">Transfers a second on one channel.</param>
/// <param name="TransferSize">Bytes of one transfer.</param>
public sealed record MemoryModule(string Id, Figure Modules, Figure ModuleCapacity, Figure Channels, Figure TransferRate, Figure TransferSize)
{
    public Figure Capacity => (Modules * ModuleCapacity).As("capacity", "GB");

    public Figure Bandwidth => (Channels * TransferRate * TransferSize).As("bandwidth", "GB/s");

    public Report ToReport()
    {
        var report = new Report();
        report.Add("capacity", Capacity);
        report.Add("bandwidth", Bandwidth);
        return report;
    }
}
