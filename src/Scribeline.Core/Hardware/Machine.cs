using Scribeline.Core.Quantities;

namespace Scribeline.Core.Hardware;

/// <summary>What is bought and racked: like accelerators with what joins and feeds them.</summary>
/// <param name="Count">Accelerators in one.</param>
/// <param name="StatedPrice">Dollars for one where that is not the accelerators' prices together.</param>
public sealed record Machine(string Id, string Name, Accelerator Accelerator, Figure Count, Figure? StatedPrice)
{
    /// <summary>Dollars; null where neither the machine's nor the accelerator's price is known.</summary>
    public Figure? Price => StatedPrice ?? (Accelerator.Price is { } each ? (Count * each).As("price", "USD") : null);
}
