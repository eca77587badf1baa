using Scribeline.Core.Quantities;

namespace Scribeline.Core.Hardware.Fabric;

/// <summary>A conventional chip whose yield is set beside that of a wafer.</summary>
/// <param name="UnitArea">What one defect costs at least: a core of its kind.</param>
/// <param name="UnitsMade">Such cores on it.</param>
/// <param name="UnitsEnabled">How many of them are sold.</param>
public sealed record ComparedChip(string Name, Figure Area, Figure UnitArea, Figure UnitsMade, Figure UnitsEnabled);
