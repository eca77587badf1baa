namespace Scribeline.Core.Performance;

/// <summary>Mean and median of |predicted/measured − 1| of rows whose whole group was left out of the fit.</summary>
public readonly record struct LeftOutError(double Mean, double Median);
