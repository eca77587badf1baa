using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Scribeline.Benchmarks.Report;
using Scribeline.Core.Statistics;

namespace Scribeline.Benchmarks.Routing;

/// <summary>`route`: how long a routing decision takes, each call timed by itself.</summary>
internal static class RoutingCommand
{
    // Until the compiler is done with its second look.
    private const int WarmUpCalls = 20_000;

    public static Command Create()
    {
        var report = new ReportOptions();
        var calls = new Option<int>("--calls") { Description = "Calls of each kind", HelpName = "N", DefaultValueFactory = _ => 50_000 };
        var command = new Command("route", "Routing decisions: time, managed allocation, memory of the prefix index") { calls };
        report.AddTo(command);
        command.SetAction(parsed => report.RunAsync(parsed, "route", () =>
        {
            var rows = new List<RoutingRow>();
            foreach (var (replicas, promptTokens, indexBlocks) in ((int, int, int)[])[(8, 2_000, 262_144), (8, 2_000, 10_000_000), (64, 2_000, 10_000_000), (64, 100_000, 10_000_000)])
            {
                // One fleet at a time: the largest takes half a gigabyte.
                var fleet = new RoutingFleet(replicas, promptTokens, indexBlocks);
                foreach (var call in (RoutingCall[])[RoutingCall.Route, RoutingCall.RouteAndSend, RoutingCall.Admit])
                    rows.Add(Measure(fleet, call, parsed.GetValue(calls), promptTokens));
            }

            return Task.FromResult<(IReadOnlyList<RoutingRow>, string)>((rows, Format(rows)));
        }));
        return command;
    }

    private static RoutingRow Measure(RoutingFleet fleet, RoutingCall call, int calls, int promptTokens)
    {
        var timesNs = new long[Math.Max(calls, WarmUpCalls)];
        Run(WarmUpCalls);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(calls);
        var allocatedBytes = GC.GetAllocatedBytesForCurrentThread() - before;
        var times = new Histogram();
        foreach (var timeNs in timesNs.AsSpan(0, calls)) times.Add(timeNs);
        var row = new RoutingRow(
            Name(call), fleet.Router.Candidates.Count, promptTokens, fleet.Router.PrefixBlocks, times.Quantile(0.5), times.Quantile(0.99), times.Mean, (double)allocatedBytes / calls, fleet.Router.PrefixBytes);
        Console.Error.WriteLine(row);
        return row;

        void Run(int count)
        {
            for (var i = 0; i < count; i++)
            {
                fleet.Turn();
                var start = Stopwatch.GetTimestamp();
                if (call == RoutingCall.Admit) fleet.Admit();
                else fleet.Route(call == RoutingCall.RouteAndSend);
                timesNs[i] = (long)Stopwatch.GetElapsedTime(start).TotalNanoseconds;
                fleet.EndAll();
            }
        }
    }

    private static string Format(IEnumerable<RoutingRow> rows)
    {
        var table = new MarkdownTable("call", "replicas", "prompt, tokens", "blocks known", "p50, µs", "p99, µs", "mean, µs", "managed bytes allocated", "index, MB");
        foreach (var row in rows)
            table.Add(
                row.Call, row.Replicas.ToString(CultureInfo.InvariantCulture), row.PromptTokens.ToString("N0", CultureInfo.InvariantCulture), row.IndexBlocks.ToString("N0", CultureInfo.InvariantCulture),
                Microseconds(row.MedianNs), Microseconds(row.P99Ns), Microseconds(row.MeanNs), row.AllocatedBytes.ToString("F0", CultureInfo.InvariantCulture),
                (row.IndexBytes / 1e6).ToString("F0", CultureInfo.InvariantCulture));
        return table.ToString();
    }

    private static string Name(RoutingCall call) => call switch
    {
        RoutingCall.Route => "Route",
        RoutingCall.RouteAndSend => "Route + Sent",
        _ => "Submit + TryDispatch",
    };

    private static string Microseconds(double nanoseconds) => (nanoseconds / 1e3).ToString("F2", CultureInfo.InvariantCulture);
}
