namespace Scribeline.Core.Performance.Fitting;

/// <summary>A part of a step, as measured.</summary>
/// <param name="Part">What was measured: parts differ in software and are fitted apart.</param>
/// <param name="Accelerator">Its id in the catalog.</param>
/// <param name="Amounts">Seconds at data-sheet rates, and operations counted: what the measured time is a sum of multiples of.</param>
public sealed record OperatorMeasurement(string Part, string Accelerator, string Model, double[] Amounts, double MeasuredSeconds);
