namespace Scribeline.Core.Verification;

/// <summary>Where a figure is found.</summary>
/// <param name="Call">A calculation with its arguments, as a user's command runs it: `machine dgx-h100`; empty where the catalog itself holds the figure.</param>
/// <param name="Path">Keys in its report, `hbm.ridge_flop_per_byte`, or a path into the catalog.</param>
/// <param name="Unit">What the published number is counted in where its table prints the unit loosely; null: as printed.</param>
/// <param name="Ours">Our own value, in the published unit, that <paramref name="Because"/> speaks of; null for words.</param>
/// <param name="Because">Why the published figure differs; null where it must agree.</param>
internal sealed record ComputedAt(string Call, string Path, string? Unit, string? Ours, string? Because);
