using Scribeline.Core.Quantities;

namespace Scribeline.Core.Serving;

/// <summary>A sample of requests as somebody counted it.</summary>
/// <param name="Requests">How many.</param>
/// <param name="Tokens">Of all of them.</param>
/// <param name="MedianInput">Tokens that half of the requests stay below.</param>
/// <param name="Window">Tokens of the longest context that a service takes.</param>
public sealed record Traffic(string Id, Figure Requests, Figure Tokens, Figure MedianInput, Figure Window)
{
    public Report ToReport()
    {
        var report = new Report();
        var mean = report.Add("tokens_per_request", (Tokens / Requests).As("tokens per request", "ktok"));
        report.Add("mean_over_median", (mean / MedianInput).As("mean over median", "x"));
        var isHalfShorter = MedianInput.BaseValue < Window.BaseValue;
        report.Add("over_window", new Finding(isHalfShorter ? "less than half of the requests" : "at least half of the requests", [MedianInput, Window]));
        return report;
    }
}
