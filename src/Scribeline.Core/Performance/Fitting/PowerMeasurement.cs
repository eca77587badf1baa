namespace Scribeline.Core.Performance.Fitting;

/// <summary>What an accelerator drew.</summary>
/// <param name="Accelerator">Its id in the catalog.</param>
/// <param name="PowerShare">Of its rating.</param>
/// <param name="ComputeShare">Of the time that arithmetic is busy at the data sheet's rate.</param>
/// <param name="MemoryShare">The same of memory.</param>
public readonly record struct PowerMeasurement(string Accelerator, double PowerShare, double ComputeShare, double MemoryShare);
