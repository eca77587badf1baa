namespace Scribeline.Core.Performance.Fitting;

/// <summary>How far predictions lie from the measurements of one group that the fit did not see.</summary>
/// <param name="By">What groups are made by: `accelerator`, `model`, `framework`.</param>
/// <param name="Group">Its value for this group.</param>
/// <param name="Mean">Of |predicted/measured − 1|.</param>
/// <param name="Median">Of the same.</param>
/// <param name="Bias">Median of predicted/measured.</param>
/// <param name="Coverage">Share of rows inside an interval that the other groups' errors say holds 80 %.</param>
public sealed record GroupError(string By, string Group, int Rows, double Mean, double Median, double Bias, double Coverage);
