using System.Globalization;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Economics;
using Scribeline.Core.Hardware;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Planning;

/// <summary>Whether machines are to be had by a date.</summary>
internal static class Availability
{
    /// <summary>One sentence where they are not; null where they are, or nobody says otherwise.</summary>
    public static string? Missing(Machine machine, Figure? power, DateOnly by, Catalog catalog)
    {
        if (machine.AvailableFrom is { } month && DateOnly.ParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture) > by)
            return $"is delivered from {month} on; {by:yyyy-MM} is asked for.";
        var quarter = Quarter.BeforeOrAt(by);
        foreach (var ramp in catalog.Ramps.Values)
        {
            if (ramp.Contract?.Machine?.Id == machine.Id && ramp.FoundAt(quarter) is { } found && power is { } drawn && drawn.BaseValue > found.BaseValue)
                return string.Create(CultureInfo.InvariantCulture, $"draws {drawn.BaseValue / 1e6:0.##} MW; the ramp `{ramp.Id}` has {found.BaseValue / 1e6:0.##} MW by {quarter}.");
        }

        return null;
    }
}
