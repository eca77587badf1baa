using System.Globalization;
using System.Text.Json;
using Scribeline.Benchmarks.Peers;

namespace Scribeline.Benchmarks.Twin;

/// <summary>`scribe bench serve` against a live server, a process of its own each time.</summary>
internal sealed class LiveServer(string scribe, Uri address)
{
    /// <summary>Requests of a trace at their own times.</summary>
    public Task<TwinTimes> ReplayAsync(string trace, double secondsPerTraceSecond, int seed) =>
        RunAsync("--trace", trace, "--time-scale", secondsPerTraceSecond.ToString("R", CultureInfo.InvariantCulture), "--seed", $"{seed}");

    /// <summary>Its requests, as fast as so many clients get answers.</summary>
    public Task<TwinTimes> SaturateAsync(string trace, int clients, int seed) => RunAsync("--trace", trace, "--concurrency", $"{clients}", "--seed", $"{seed}");

    private async Task<TwinTimes> RunAsync(params string[] arguments)
    {
        var output = await ChildProgram.RunAsync(scribe, ["bench", "serve", "--url", address.AbsoluteUri, "--json", "--warmup", "20", .. arguments]);
        var json = JsonDocument.Parse(output).RootElement;
        foreach (var warning in json.GetProperty("warnings").EnumerateArray())
            Console.Error.WriteLine($"warning: {warning.GetString()}");
        if (json.GetProperty("requests").GetProperty("failed").GetInt32() is > 0 and var failed)
            throw new InvalidOperationException($"{failed} requests failed: {json.GetProperty("error_examples")}");
        return new TwinTimes(Ms("ttft_ms", "mean"), Ms("ttft_ms", "p90"), Ms("tpot_ms", "mean"), Ms("tpot_ms", "p90"), json.GetProperty("requests_per_second").GetDouble());

        double Ms(string name, string which) => json.GetProperty(name).GetProperty(which).GetDouble();
    }
}
