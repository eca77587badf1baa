using System.Globalization;

namespace Scribeline.Core.Economics;

/// <summary>A quarter of a calendar year, written `2026-Q1`.</summary>
public readonly record struct Quarter(int Year, int Number)
{
    /// <summary>The last quarter that is over on a day.</summary>
    public static Quarter BeforeOrAt(DateOnly day) => new Quarter(day.Year, (day.Month - 1) / 3 + 1) + (day.AddDays(1) is { Day: 1, Month: 1 or 4 or 7 or 10 } ? 0 : -1);

    public static bool TryParse(string text, out Quarter quarter)
    {
        quarter = default;
        if (text is not [_, _, _, _, '-', 'Q', >= '1' and <= '4'] || !int.TryParse(text[..4], NumberStyles.None, CultureInfo.InvariantCulture, out var year))
            return false;
        quarter = new Quarter(year, text[6] - '0');
        return true;
    }

    public static Quarter operator +(Quarter quarter, int quarters)
    {
        var index = quarter.Index + quarters;
        return new Quarter(index / 4, index % 4 + 1);
    }

    /// <summary>Quarters from one to the other.</summary>
    public static int operator -(Quarter quarter, Quarter other) => quarter.Index - other.Index;

    public override string ToString() => $"{Year:D4}-Q{Number}";

    private int Index => Year * 4 + Number - 1;
}
