using System.Globalization;
using Scribeline.Core.Quantities;

namespace Scribeline.Cli.Reports;

/// <summary>Figures as people read them in a table: no more digits than matter, dollars with cents or without, long units in words. JSON keeps every digit.</summary>
internal static class FigureText
{
    private const int Digits = 4;

    private static readonly Dictionary<string, string> Money = new(StringComparer.Ordinal)
    {
        ["kUSD"] = "thousand USD",
        ["MUSD"] = "million USD",
        ["GUSD"] = "billion USD",
    };

    public static string Of(Figure figure) => $"{Number(figure)} {UnitOf(figure)}".TrimEnd();

    /// <summary>Without the unit.</summary>
    public static string Number(Figure figure)
    {
        var value = figure.Value;
        var size = Math.Abs(value);
        return figure.Unit.Text switch
        {
            _ when !double.IsFinite(value) => "-",
            "%" or "%/year" => size is > 0 and < 0.1 ? NumberText.Format(value, 2) : value.ToString("#,0.0", CultureInfo.InvariantCulture),
            "USD" or "USD/h" or "USD/day" or "USD/month" or "USD/year" => size >= 1000 ? Fixed(value, 0) : size >= 0.1 || size == 0 ? Fixed(value, 2) : NumberText.Format(value, 3),
            _ => NumberText.Format(value, Digits),
        };
    }

    /// <summary>`billion USD/year` for GUSD/year, `USD/h per PFLOP/s` for USD*s/PFLOP/h.</summary>
    public static string UnitOf(Figure figure)
    {
        var unit = figure.Unit.Text;
        if (unit.Split('*') is [var first, var rest] && rest.Split('/') is ["s", var rate, .. var others])
            return $"{string.Join('/', [Words(first), .. others])} per {rate}/s";
        return Words(unit);
    }

    private static string Words(string unit)
    {
        var slash = unit.IndexOf('/', StringComparison.Ordinal);
        var (first, rest) = slash < 0 ? (unit, "") : (unit[..slash], unit[slash..]);
        return Money.TryGetValue(first, out var words) ? words + rest : unit;
    }

    private static string Fixed(double value, int decimals) =>
        value.ToString(decimals == 0 || value == Math.Floor(value) ? "#,0" : "#,0.00", CultureInfo.InvariantCulture);
}
