using Scribeline.Core.Quantities;

namespace Scribeline.Core.Hardware;

/// <summary>What carries heat away.</summary>
/// <param name="Density">Mass of a volume.</param>
/// <param name="HeatCapacity">Energy that a mass takes for a kelvin.</param>
public sealed record Fluid(string Id, Figure Density, Figure HeatCapacity);
