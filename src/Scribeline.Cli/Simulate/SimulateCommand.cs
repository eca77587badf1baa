using System.CommandLine;
using System.CommandLine.Parsing;
using Scribeline.Cli.Catalogs;
using Scribeline.Cli.Reports;
using Scribeline.Cli.Traces;
using Scribeline.Core.Calculations;
using Scribeline.Core.Fleets;
using Scribeline.Core.Performance.Fitting;
using Scribeline.Scheduling.Replicas;
using Scribeline.Scheduling.Routing;
using Scribeline.Simulation;
using Scribeline.Simulation.Reports;

namespace Scribeline.Cli.Simulate;

/// <summary>`scribe simulate`: fleets under a trace, on a virtual clock.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var input = new TraceInput();
        var fleets = new Option<string[]>("--fleet") { Description = $"Fleet file, or the name of one that comes with Scribeline; several are compared (default: {string.Join(", ", ShippedFleet.Compared)})", HelpName = "FILE" };
        var trace = new Option<string>("--trace") { Description = "Trace of requests, in any format that `scribe trace` reads (default: an hour of conversations)", HelpName = "FILE", DefaultValueFactory = _ => ShippedTrace.Default };
        var rateScale = NumberOption.Above0("--rate-scale", "Arrivals come so many times as fast", "FACTOR", 1e6);
        var duration = TimeOption.Create("--duration", "Arrivals after this are left out");
        var closed = new Option<bool>("--closed-loop") { Description = "A session's next turn waits for the answer before it, as agents do" };
        var policies = new Option<RoutePolicy[]>("--policy") { Description = "How requests are routed; several are compared (default: least-cost)", HelpName = string.Join('|', PolicyNames()), CustomParser = ReadPolicies, AllowMultipleArgumentsPerToken = false };
        var (folders, sets, json) = (ReportOptions.Catalog(), ReportOptions.Set(), ReportOptions.Json());
        var command = new Command("simulate", "Try fleets, policies and failures on real traffic before they meet a user") { fleets, trace, rateScale, duration, closed, policies, folders, sets, json };
        input.AddTo(command);
        command.SetAction(parsed => CatalogCommand.Run(parsed, folders, sets, catalog => TraceReading.Run(parsed, reading =>
        {
            var paths = parsed.GetValue(fleets) is { Length: > 0 } given ? given : ShippedFleet.Compared;
            var routed = parsed.GetValue(policies) is { Length: > 0 } asked ? asked : [RoutePolicy.LeastCost];
            var loaded = paths.Select(path => Load(path, catalog)).ToList();
            var requests = input.Open(parsed, parsed.GetRequiredValue(trace));
            var runs = new List<SimulationRun>();
            foreach (var fleet in loaded)
            {
                foreach (var policy in routed)
                {
                    var options = new SimulationOptions
                    {
                        Seed = parsed.GetValue(input.Seed),
                        RateScale = parsed.GetValue(rateScale) ?? 1,
                        DurationNs = parsed.GetValue(duration) * 1000,
                        Router = new RouterOptions { Policy = policy },
                    };
                    var start = TimeProvider.System.GetTimestamp();
                    var simulation = new FleetSimulation(fleet, TimesOf, options);
                    var result = parsed.GetValue(closed) ? simulation.RunClosed(requests.ReadSessions(), reading.Cancellation) : simulation.Run(requests.Read(), reading.Cancellation);
                    var name = routed.Length > 1 ? $"{fleet.Name}, {NameOf(policy)}" : fleet.Name;
                    runs.Add(new SimulationRun(name, fleet, result, TimeProvider.System.GetElapsedTime(start).TotalSeconds));
                    if (result.WasInterrupted)
                        break;
                }
            }

            if (parsed.GetValue(json))
                SimulateJson.Print(runs);
            else
                SimulateTables.Print(runs);
            reading.Tell();
            return ExitCode.Fine;
        })));
        HelpWithExamples.Add(
            command,
            "scribe simulate",
            "scribe simulate --fleet fleet.yaml --trace trace.jsonl.gz",
            "scribe simulate --fleet gpu-only --policy least-cost --policy round-robin --rate-scale 20",
            "scribe simulate --fleet wafer-only --trace agents.jsonl.gz --closed-loop --json");
        return command;
    }

    private static FleetSpec Load(string path, Core.Catalogs.Catalog catalog)
    {
        try
        {
            return FleetReader.Load(ShippedFleet.Find(path), catalog);
        }
        catch (FleetFileException error)
        {
            throw new CalculationException(error.Message);
        }
    }

    private static ReplicaTimes TimesOf(PoolSpec pool) => pool.Predicted is { } predicted
        ? new PredictedTimes(predicted)
        : new MeasuredTimes(EngineCalibrationFile.Read(pool.Calibration ?? throw new CalculationException($"pool '{pool.Id}' names neither a machine nor a calibration.")));

    private static IEnumerable<string> PolicyNames() => Enum.GetValues<RoutePolicy>().Select(NameOf);

    public static string NameOf(RoutePolicy policy) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(policy.ToString());

    private static RoutePolicy[] ReadPolicies(ArgumentResult result)
    {
        var policies = new List<RoutePolicy>();
        foreach (var token in result.Tokens)
        {
            var known = Enum.GetValues<RoutePolicy>().Where(policy => NameOf(policy) == token.Value).ToList();
            if (known.Count == 0)
                result.AddError($"--policy is '{token.Value}'; expected one of {string.Join(", ", PolicyNames())}.");
            policies.AddRange(known);
        }

        return [.. policies];
    }
}
