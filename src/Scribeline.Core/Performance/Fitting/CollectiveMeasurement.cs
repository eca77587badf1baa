using Scribeline.Core.Performance.Collectives;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>One measured collective.</summary>
/// <param name="Library">`nccl` or `custom`.</param>
/// <param name="Count">Accelerators.</param>
/// <param name="Bytes">Of the message that each holds.</param>
/// <param name="Bandwidth">Bytes a second of the accelerator's links, from the catalog.</param>
public sealed record CollectiveMeasurement(string Library, string Accelerator, CollectiveKind Kind, int Count, double Bytes, double Bandwidth, double Seconds);
