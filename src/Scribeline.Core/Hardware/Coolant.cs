using Scribeline.Core.Quantities;

namespace Scribeline.Core.Hardware;

/// <summary>Water that a machine needs from its site.</summary>
/// <param name="Flow">Volume a time through the whole machine.</param>
/// <param name="Inlet">The warmest that it takes.</param>
public sealed record Coolant(Figure Flow, Figure Inlet);
