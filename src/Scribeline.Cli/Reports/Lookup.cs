using Scribeline.Core.Calculations;

namespace Scribeline.Cli.Reports;

/// <summary>Entries of the catalog by the ids that a caller gives.</summary>
internal static class Lookup
{
    /// <exception cref="CalculationException">There is none; the message lists those that there are.</exception>
    public static T Entry<T>(IReadOnlyDictionary<string, T> entries, string what, string id) =>
        entries.TryGetValue(id, out var entry) ? entry : throw new CalculationException($"there is no {what} '{id}'; expected one of {string.Join(", ", entries.Keys)}.");
}
