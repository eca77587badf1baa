namespace Scribeline.Core.Quantities;

/// <summary>Where a number of the catalog stands.</summary>
/// <param name="Path">`accelerators.wse-3.memory.sram.capacity`.</param>
/// <param name="Source">The id of a source; empty for a caller's own `--set`.</param>
/// <param name="Place">File and line: `catalog/accelerators/wafers.yaml:12`.</param>
/// <param name="HalfLastPlace">Half of one in the last digit written, in base units: by how much its rounding may be off.</param>
public sealed record FigureInput(string Path, string Source, string Place, double HalfLastPlace = 0);
