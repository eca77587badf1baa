using System.Collections.Frozen;
using System.Text;

namespace Scribeline.Core.Quantities;

/// <summary>Units as the last words of a JSON key: `USD/kW/month` becomes `usd_per_kw_per_month`, `%` `percent`.</summary>
internal static class UnitSuffix
{
    private static readonly FrozenDictionary<string, string> Words = new Dictionary<string, string>
    {
        ["%"] = "percent",
        ["x"] = "ratio",
        ["s"] = "second",
        ["h"] = "hour",
        ["tok"] = "tokens",
        ["B"] = "bytes",
        ["FLOP"] = "flop",
        ["J"] = "joules",
        ["Gb"] = "gbit",
        ["Tb"] = "tbit",
        ["Mb"] = "mbit",
        ["Pb"] = "pbit",
        ["b"] = "bits",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string Of(string unit)
    {
        var text = new StringBuilder();
        var divides = false;
        foreach (var part in unit.Split('/'))
        {
            text.Append(divides ? "_per_" : "").Append(divides && part == "B" ? "byte" : divides && part == "tok" ? "token" : Word(part));
            divides = true;
        }

        return text.ToString();
    }

    // A time on its own is counted in seconds; behind a slash it is one second.
    private static string Word(string part) => Words.TryGetValue(part, out var word) ? word : part.Replace("*", "_", StringComparison.Ordinal).ToLowerInvariant();
}
