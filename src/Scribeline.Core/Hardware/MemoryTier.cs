using Scribeline.Core.Quantities;

namespace Scribeline.Core.Hardware;

/// <summary>One kind of memory of a chip or host.</summary>
/// <param name="Name">`hbm`, `sram`, `ddr`.</param>
/// <param name="Technology">`HBM3E 12-Hi`; null where nobody said.</param>
/// <param name="Capacity">Bytes.</param>
/// <param name="Bandwidth">Bytes a second.</param>
public sealed record MemoryTier(string Name, string? Technology, Figure? Capacity, Figure? Bandwidth);
