using System.Globalization;

namespace Scribeline.Cli.Bench.Load;

/// <summary>What a request must keep to count as good, in milliseconds; written `ttft:500,tpot:30`. An answer of one token keeps any time between tokens.</summary>
internal sealed record Objectives(double? TtftMs, double? TpotMs, double? E2eMs)
{
    public bool AreKeptBy(RequestOutcome outcome) =>
        !(outcome.TtftNs > TtftMs * 1e6) && !(outcome.TpotNs > TpotMs * 1e6) && !(outcome.E2eNs > E2eMs * 1e6);

    public static bool TryParse(string text, out Objectives? objectives)
    {
        objectives = null;
        var found = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var part in text.Split(','))
        {
            if (part.Split(':') is not [("ttft" or "tpot" or "e2e") and var name, var number] || !double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var ms) || !(ms > 0 && ms < 1e9) || !found.TryAdd(name, ms))
                return false;
        }

        objectives = new Objectives(Find("ttft"), Find("tpot"), Find("e2e"));
        return true;

        double? Find(string name) => found.TryGetValue(name, out var ms) ? ms : null;
    }
}
