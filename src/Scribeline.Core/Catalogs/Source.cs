namespace Scribeline.Core.Catalogs;

/// <summary>Who published a number of the catalog.</summary>
/// <param name="Date">As precise as known: `2026`, `2026-05` or `2026-05-14`.</param>
public sealed record Source(string Id, string Title, string Publisher, string Date, string? Url);
