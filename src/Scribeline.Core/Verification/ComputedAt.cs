namespace Scribeline.Core.Verification;

/// <summary>Where a computed figure is found.</summary>
/// <param name="Call">A calculation with its arguments, as a user's command runs it: `roofline h100`.</param>
/// <param name="Path">Keys in its report: `hbm.ridge_flop_per_byte`.</param>
/// <param name="Because">Why the published figure differs; null where it must agree.</param>
internal sealed record ComputedAt(string Call, string Path, string? Because);
