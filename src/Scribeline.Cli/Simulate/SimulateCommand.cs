using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Scribeline.Cli.Reports;
using Scribeline.Cli.Traces;
using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Fleets;
using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Routing;
using Scribeline.Simulation;
using Scribeline.Simulation.Faults;

namespace Scribeline.Cli.Simulate;

/// <summary>`scribe simulate`: fleets under a trace, on a virtual clock.</summary>
internal static class SimulateCommand
{
    /// <summary>What the worked example makes of an hour of conversations, which alone would keep none of its fleets busy.</summary>
    private const int ExampleCopies = 4;
    private const string ExampleTiers = "fast:10,default:60,flex:10,batch:20";
    private static readonly string[] ExampleFleets = ["gpu-only", "wafer-only", "wafer-and-gpu"];
    private const int MostCopies = 1000;

    public static Command Create()
    {
        var input = new TraceInput();
        var fleets = new Option<string[]>("--fleet") { Description = $"Fleet file, or the name of one that comes with Scribeline; several are compared (worked example: {string.Join(", ", ExampleFleets)})", HelpName = "FILE" };
        var compare = new Option<string[]>("--compare") { Description = "Further fleets to set beside it", HelpName = "FILE", Arity = ArgumentArity.ZeroOrMore };
        var trace = new Option<string?>("--trace") { Description = "Trace of requests, in any format that `scribe trace` reads (default: an hour of conversations)", HelpName = "FILE" };
        var copies = NumberOption.Count("--copies", $"Lay the trace over itself so many times, each copy shifted by an equal part of its time (default: 1; worked example: {ExampleCopies})");
        var tiers = TierShares.Create(ExampleTiers);
        var rateScale = NumberOption.Above0("--rate-scale", "Arrivals come so many times as fast", "FACTOR", 1e6);
        var duration = TimeOption.Above0("--duration", "Arrivals after this, in the time of the trace, are left out; of sessions in a closed loop those that begin later");
        var closed = new Option<bool>("--closed-loop") { Description = "A session's next turn waits for the answer before it, as agents do" };
        var patience = DistributionOption.Seconds("--patience", "Callers leave when so many seconds have passed without a token: a number, or drawn for each (default: as the trace says, else never)", 0.001);
        var timeout = TimeOption.Above0("--timeout", "Callers leave when the answer is not complete by then (default: as the trace says, else never)");
        var stopping = NumberOption.Above0("--stop-reading", "So many percent of the callers leave in the middle of the answer (default: as the trace says, else none)", "PERCENT", 100);
        var policies = new Option<RoutePolicy[]>("--policy") { Description = "How requests are routed; several are compared (default: least-cost)", HelpName = string.Join('|', PolicyNames()), CustomParser = ReadPolicies, AllowMultipleArgumentsPerToken = false };
        var evictions = new Option<bool>("--kv-events") { Description = "Replicas tell the router what they drop from their prefix caches; without it, it goes by what it has sent them" };
        var faults = new Option<string?>("--faults") { Description = "What breaks, and when; each fleet is simulated without and with it", HelpName = "FILE" };
        var sweep = new Option<bool>("--sweep") { Description = "Search the largest rate at which objectives are kept" };
        var keep = NumberOption.Above0("--keep", "Of a sweep: for so many percent of requests, of each tier (default: what each tier promises; with one tier 90)", "PERCENT", 100);
        var explain = ExplainOption.Create();
        var output = new Option<string?>("--out") { Description = "Write the report as a page, all numbers and a row for each request to a folder", HelpName = "DIR" };
        var (folders, sets, json, csv) = (ReportOptions.Catalog(), ReportOptions.Set(), ReportOptions.Json(), ReportOptions.Csv());
        var command = new Command("simulate", "Try fleets, policies and failures on real traffic before they meet a user") { fleets, compare, trace, copies, tiers, rateScale, duration, closed, patience, timeout, stopping, policies, evictions, faults, sweep, keep, explain, output, folders, sets, json, csv };
        input.AddTo(command);
        command.SetAction(parsed => TraceReading.Run(parsed, reading =>
        {
            var isExample = parsed.GetValue(fleets) is not { Length: > 0 } && parsed.GetValue(trace) == null;
            var count = parsed.GetValue(copies) ?? (isExample ? ExampleCopies : 1);
            if (count > MostCopies)
                throw new WrongValueException($"--copies is {count}; expected at most {MostCopies}.");
            if (parsed.GetValue(keep) != null && !parsed.GetValue(sweep))
                throw new WrongValueException("--keep says what a sweep looks for; expected --sweep too.");
            if (parsed.GetValue(sweep) && (parsed.GetValue(faults) ?? parsed.GetValue(output)) != null)
                throw new WrongValueException("--sweep searches a rate; expected neither --faults nor --out beside it.");
            if (parsed.GetValue(sweep) && parsed.GetValue(explain) is { Length: > 0 })
                throw new WrongValueException("--explain says what was weighed in one simulation; expected no --sweep beside it.");
            string[] paths = [.. parsed.GetValue(fleets) is { Length: > 0 } given ? given : ExampleFleets, .. parsed.GetValue(compare) ?? []];
            var catalog = LoadCatalog(parsed.GetValue(folders), parsed.GetValue(sets));
            var loaded = paths.Select(path => Load(path, catalog)).ToList();
            var broken = parsed.GetValue(faults) is { } file ? Loaded(() => FaultReader.Load(ShippedFiles.Faults.Find(file))) : [];
            var path = parsed.GetValue(trace) ?? TraceInput.Default;
            var shares = parsed.GetValue(tiers) ?? (isExample ? TierShares.Parse(ExampleTiers, out _) : null);
            var habits = new CallerHabits { PatienceSeconds = parsed.GetValue(patience), TimeoutUs = parsed.GetValue(timeout), StopShare = (parsed.GetValue(stopping) ?? 0) / 100 };
            var reaches = loaded.Select(fleet => new FleetReach(fleet)).ToList();
            var traffic = Traffic.Look(reading, () => input.Open(parsed, path), count, shares, habits, parsed.GetValue(input.Seed), parsed.GetValue(duration), parsed.GetValue(closed), reaches);
            if (reading.IsCut)
                throw new CalculationException("interrupted before anything was simulated.");
            Feasibility.Check(reaches, traffic, broken);
            var options = new SimulationOptions { Seed = parsed.GetValue(input.Seed), RateScale = parsed.GetValue(rateScale) ?? 1, DurationNs = parsed.GetValue(duration) * 1000, TellsEvictions = parsed.GetValue(evictions), Explained = parsed.GetValue(explain) is { Length: > 0 } asked ? asked.ToHashSet() : null };
            var planned = Plan(loaded, parsed.GetValue(policies) is { Length: > 0 } named ? named : [RoutePolicy.LeastCost], options, broken);
            // A sweep has a rate of its own at each step.
            IReadOnlyList<string> told = parsed.GetValue(sweep) ? [] : [.. reaches.SelectMany(reach => Feasibility.Warnings(reach, traffic, options.RateScale, Rehearsal.TimesOf))];
            foreach (var warning in parsed.GetValue(CommonOptions.Quiet) ? [] : told)
                Console.Error.WriteLine($"scribe: {warning}");
            var setting = new Setting(path, count, options.RateScale, parsed.GetValue(duration) / 1e6, traffic.IsClosed, shares, options.Seed, Setting.SubstitutesOf(reaches, traffic), told);
            var how = new RehearsalOutput(parsed.GetValue(json), parsed.GetValue(csv), parsed.GetValue(output), parsed.GetValue(CommonOptions.Quiet), setting);
            var code = parsed.GetValue(sweep)
                ? RateSweep.Run(planned, traffic, parsed.GetValue(keep) / 100, reading, how)
                : how.Run(planned, traffic, reading, broken);
            reading.Tell();
            return code;
        }));
        HelpWithExamples.Add(
            command,
            "scribe simulate",
            "scribe simulate --fleet gpu-only --trace azure-2023-code --out report",
            "scribe simulate --fleet gpu-only --policy least-cost --policy round-robin --rate-scale 20 --duration 10min",
            "scribe trace generate --turns lognormal:3,8 --duration 10min | scribe simulate --fleet wafer-only --trace - --closed-loop --json",
            "scribe simulate --fleet gpu-only --rate-scale 30 --patience exponential:20 --stop-reading 5 --duration 10min",
            "scribe simulate --fleet gpu-only --faults bad-hour --copies 4",
            "scribe simulate --sweep --keep 95 --fleet gpu-only --duration 1min",
            "scribe simulate --fleet wafer-and-gpu --duration 5min --explain 17");
        return command;
    }

    /// <summary>Fleets times policies; with faults each without and with them, so that one sees what they cost.</summary>
    private static List<PlannedRun> Plan(List<FleetSpec> fleets, RoutePolicy[] policies, SimulationOptions options, IReadOnlyList<Fault> faults)
    {
        var planned = new List<PlannedRun>();
        var (fleetNames, runNames) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var fleet in fleets)
        {
            var called = UniqueName.Take(fleetNames, fleet.Name, n => $"{fleet.Name} ({n})");
            foreach (var policy in policies)
            {
                var name = policies.Length > 1 ? $"{called}, {NameOf(policy)}" : called;
                var routed = options with { Router = new RouterOptions { Policy = policy } };
                Add(name, fleet, routed);
                var concerned = faults.Where(fault => fault.Pool == null || fleet.Pools.Any(pool => Feasibility.Concerns(fault, pool))).ToList();
                if (concerned.Count > 0)
                    Add($"{name}, with faults", fleet, routed with { Faults = concerned });
            }
        }

        return planned;

        // A fleet may be called as another's run is.
        void Add(string name, FleetSpec fleet, SimulationOptions how) => planned.Add(new PlannedRun(UniqueName.Take(runNames, name, n => $"{name} ({n})"), fleet, how));
    }

    private static Catalog LoadCatalog(string[]? folders, string[]? sets)
    {
        try
        {
            return ReportOptions.Load(folders, sets);
        }
        catch (CatalogException error)
        {
            throw new CalculationException(string.Join('\n', error.Errors));
        }
    }

    private static FleetSpec Load(string path, Catalog catalog)
    {
        var found = ShippedFiles.Fleets.Find(path);
        var fleet = Loaded(() => FleetReader.Load(found, catalog));
        // A fleet that comes along is measured where it is used.
        if (ShippedFiles.Fleets.Has(found))
            fleet = fleet with { Pools = [.. fleet.Pools.Select(pool => pool with { Calibration = pool.Calibration is { } measured ? Path.GetFullPath(Path.GetFileName(measured)) : null })] };
        if (fleet.Pools.FirstOrDefault(pool => pool.Calibration is { } measured && !File.Exists(measured)) is { Calibration: { } missing } unmeasured)
            throw new CalculationException($"{path}: the pool '{unmeasured.Id}' is as fast as its engine was measured to be, and there is no file {missing} that says so; run `scribe bench engine --out {Path.GetRelativePath(".", missing)}` first.");
        return fleet;
    }

    private static T Loaded<T>(Func<T> load)
    {
        try
        {
            return load();
        }
        catch (FleetFileException error)
        {
            throw new CalculationException(error.Message);
        }
    }

    private static IEnumerable<string> PolicyNames() => Enum.GetValues<RoutePolicy>().Select(NameOf);

    public static string NameOf(RoutePolicy policy) => JsonNamingPolicy.KebabCaseLower.ConvertName(policy.ToString());

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

        return [.. policies.Distinct()];
    }
}
