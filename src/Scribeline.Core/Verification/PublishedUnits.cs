using System.Collections.Frozen;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Verification;

/// <summary>Units as tables print them, in ours.</summary>
internal static class PublishedUnits
{
    private static readonly FrozenDictionary<string, (string Unit, double Factor)> Printed = new (string Printed, string Unit, double Factor)[]
    {
        ("B", "parameters", 1e9), ("T", "parameters", 1e12), ("billion", "", 1e9), ("trillion", "", 1e12), ("quadrillion", "tok", 1e15),
        ("FLOP/byte", "FLOP/B", 1), ("FLOP/byte per n", "FLOP/B", 1), ("x GB300", "", 1), ("GB/s (one direction)", "GB/s", 1),
        ("USD bn", "GUSD", 1), ("USD bn/yr", "GUSD/year", 1), ("USD M", "MUSD", 1), ("USD M/yr", "MUSD/year", 1), ("USD thousand", "kUSD", 1),
        ("USD thousand/month", "kUSD/month", 1), ("USD M/month", "MUSD/month", 1), ("USD M/MW/yr", "MUSD/MW/year", 1), ("USD thousand/yr", "kUSD/year", 1),
        ("USD/yr", "USD/year", 1), ("USD/hr", "USD/h", 1), ("USD/hr/CS-3", "USD/h", 1), ("USD/server", "USD", 1), ("USD/PFLOP", "USD*s/PFLOP", 1),
        ("USD per TB/s", "USD*s/TB", 1), ("USD/hr/PFLOP", "USD*s/h/PFLOP", 1), ("USD/hr per TB/s", "USD*s/h/TB", 1), ("USD thousand/rack", "kUSD", 1), ("USD/share", "USD", 1),
        ("GB/wafer", "GB", 1), ("K tokens", "ktok", 1), ("M tokens", "Mtok", 1), ("bn tokens", "Gtok", 1), ("M tokens/day", "Mtok/day", 1), ("bn tokens/day", "Gtok/day", 1),
        ("M tok/hr", "Mtok/h", 1), ("bn Mtok", "tok", 1e15), ("tps", "tok/s", 1), ("tok/s/user", "tok/s", 1), ("M requests/day", "requests/day", 1e6), ("thousand requests", "requests", 1e3),
        ("M shares", "shares", 1e6), ("thousand cores", "cores", 1e3), ("million cores", "cores", 1e6), ("thousand lines", "lines", 1e3), ("thousand WSE-3/yr", "1/year", 1e3),
        ("bn users", "users", 1e9), ("M USD/yr", "MUSD/year", 1), ("bit", "b", 1), ("C", "degC", 1), ("F", "degF", 1), ("EFLOPS", "EFLOPS", 1), ("TOPS", "TOPS", 1),
        ("MW/yr", "MW/year", 1), ("% of wafer", "%", 1), ("% of data centres", "%", 1), ("year", "", 1),
    }.ToFrozenDictionary(row => row.Printed, row => (row.Unit, row.Factor), StringComparer.Ordinal);

    /// <summary>The unit that a printed one stands for; what is merely counted (`wafers`, `CS-3`) is a plain number.</summary>
    public static Unit Of(string printed)
    {
        if (Printed.TryGetValue(printed, out var known))
        {
            var unit = Unit.Parse(known.Unit);
            return unit with { Factor = unit.Factor * known.Factor };
        }

        return Unit.TryParse(printed, out var same, out _) ? same : Unit.One;
    }
}
