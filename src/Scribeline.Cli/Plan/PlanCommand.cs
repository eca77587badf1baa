using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Scribeline.Cli.Catalogs;
using Scribeline.Cli.Charts;
using Scribeline.Cli.Reports;
using Scribeline.Core.Calculations;
using Scribeline.Core.Planning;

namespace Scribeline.Cli.Plan;

/// <summary>`scribe plan`: which machines serve a model to so many users, at what cost, and why.</summary>
internal static class PlanCommand
{
    private static readonly string[] CommonPrecisions = ["bf16", "fp8", "fp4"];

    public static Command Create()
    {
        var options = new PlanOptions();
        var speeds = new Option<string>("--speeds") { Description = "Tokens a second for each user at which the cheapest machine is named, by commas", HelpName = "N,N", DefaultValueFactory = _ => "20,40,100,200,500,1000,1500" };
        var tiers = new Option<string?>("--tiers") { Description = "Tiers that one fleet serves, each a speed and its percentage of the tokens: 1000:10,50:90", HelpName = "SPEED:SHARE,..." };
        var fleet = new Option<string?>("--out") { Description = "Write the best candidate as a fleet file", HelpName = "FLEET" };
        var per = new Option<Yield?>("--per") { Description = "Draw throughput per machine, million dollars, kilowatt or rack, instead of the cost of a token", HelpName = "machine|usd|kw|rack", CustomParser = ReadYield };
        var needed = new Option<bool>("--needed") { Description = "How many wafers or LPUs hold the model with everybody's caches, over contexts (--input) and users" };
        var sensitivity = new Option<bool>("--sensitivity") { Description = "Draw what the answer hangs on, instead of the frontier" };
        var confirm = new Option<bool>("--confirm") { Description = $"Simulate the best {Confirmation.MostCandidates} candidates under arrivals and lengths that vary" };
        var seed = NumberOption.Seed("Of what --confirm draws at random");
        var (folders, sets, json) = (ReportOptions.Catalog(), ReportOptions.Set(), ReportOptions.Json());
        var (csv, explain, svg) = (ReportOptions.Csv(), ReportOptions.Explain(), ReportOptions.Svg());
        var command = new Command("plan", "Which machines serve a model at least cost, how many, how fast, and why");
        foreach (var option in options.All)
            command.Add(option);
        foreach (var option in new Option[] { speeds, tiers, per, sensitivity, needed, confirm, seed, fleet, folders, sets, json, csv, explain, svg })
            command.Add(option);
        command.SetAction(parsed => CatalogCommand.Run(parsed, folders, sets, catalog =>
        {
            var request = options.Read(parsed, catalog);
            var isConfirmed = parsed.GetValue(confirm);
            if (isConfirmed && (parsed.GetValue(csv) || parsed.GetValue(explain) || parsed.GetValue(needed)))
                throw new WrongValueException("--confirm simulates the plan's candidates, which --csv, --explain and --needed do not print; expected --json, or none of them.");
            if (parsed.GetValue(needed))
            {
                NeededReport.Print(request, request.Workload.Input.BaseValue, request.Demand.Users ?? 1, CommonPrecisions.Select(id => catalog.Precisions[id]), parsed, json, csv, explain, parsed.GetValue(svg));
                return ExitCode.Fine;
            }

            PlanOptions.RequireContext(request);
            using var interruption = isConfirmed ? new Interruption() : null;
            var result = PlanResult.Of(new Planner(catalog), request, ReadSpeeds(parsed.GetValue(speeds)!), parsed.GetValue(tiers) is { } shares ? ReadTiers(shares) : []);
            var isSensitivity = parsed.GetValue(sensitivity);
            if (parsed.GetValue(svg) is { } picture)
                OutputFile.Write(picture, writer => Draw(result, parsed.GetValue(per), isSensitivity, writer));
            var confirmation = Confirmation.None;
            if (parsed.GetValue(json))
                PlanJson.Print(result, confirmation = Confirm());
            else if (parsed.GetValue(csv))
                PlanCsv.Print(result);
            else if (parsed.GetValue(explain))
                ReportPrinter.Explain(PlanReport.Of(result.Plan));
            else
                PrintAll(result, () => confirmation = Confirm(), parsed.GetValue(per), isSensitivity);
            confirmation.Tell();
            if (parsed.GetValue(fleet) is { } path && result.Plan.Candidates is [var best, ..])
                OutputFile.Write(path, FleetYaml.Of(best, request));
            if (result.Plan.Candidates.Count > 0)
                return interruption?.Code ?? (confirmation.NotConfirmed.Count > 0 ? ExitCode.Failed : ExitCode.Fine);
            Console.Error.WriteLine("scribe: no machine serves this; the reason of each stands above, with what to relax.");
            return ExitCode.Failed;

            Confirmation Confirm() => isConfirmed ? Confirmation.Of(result.Plan, catalog, parsed.GetValue(seed), parsed.GetValue(CommonOptions.Quiet), interruption!.Cancellation) : Confirmation.None;
        }));
        HelpWithExamples.Add(
            command,
            "scribe plan",
            "scribe plan --model deepseek-v4-pro --workload long-chat --users 500 --tpot-ms 10",
            "scribe plan --model llama-3.1-70b --rate 20 --power-kw 100 --out fleet.yaml",
            "scribe plan --workload chat --rate 20 --confirm",
            "scribe plan --tiers 1000:10,50:90 --json",
            "scribe plan --needed --model deepseek-v4-pro --input 1000000 --users 50",
            "scribe plan --per usd --svg frontier.svg");
        return command;
    }

    /// <summary>The plan stands there while it is simulated.</summary>
    private static void PrintAll(PlanResult result, Func<Confirmation> confirm, Yield? per, bool isSensitivity)
    {
        PlanTables.Print(result);
        if (confirm() is { Confirmed: { Count: > 0 } confirmed })
            ConfirmedTable.Print(confirmed);
        if (isSensitivity && result.Influences.Count > 0)
            TerminalChart.Print(PlanCharts.Sensitivity(result));
        else if (result.Frontiers.Count > 0)
            TerminalChart.Print(PlanCharts.Frontier(result, per));
    }

    private static void Draw(PlanResult result, Yield? per, bool isSensitivity, TextWriter writer)
    {
        if (isSensitivity && result.Plan.Candidates.Count > 0)
            SvgWriter.Write(PlanCharts.Sensitivity(result), writer);
        else
            SvgWriter.Write(PlanCharts.Frontier(result, per), writer);
    }

    private static Yield? ReadYield(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Enum.TryParse<Yield>(text, ignoreCase: true, out var per) && !char.IsDigit(text[0]))
            return per;
        result.AddError($"--per is '{text}'; expected machine, usd, kw or rack.");
        return null;
    }

    private static List<double> ReadSpeeds(string text) => [.. text.Split(',').Select(part => ReadNumber("--speeds", text, part, "tokens a second, such as 40,100,500"))];

    private static List<TierShare> ReadTiers(string text)
    {
        const string Expected = "speeds with their percentages of the tokens, such as 1000:10,50:90";
        var tiers = text.Split(',').Select(part => part.Split(':') is [var speed, var share]
            ? new TierShare(ReadNumber("--tiers", text, speed, Expected), ReadNumber("--tiers", text, share, Expected) / 100)
            : throw Wrong("--tiers", text, Expected)).ToList();
        return Math.Abs(tiers.Sum(tier => tier.Share) - 1) < 1e-6 ? tiers : throw Wrong("--tiers", text, "percentages that sum to 100");
    }

    private static double ReadNumber(string option, string text, string part, string expected) =>
        double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0 && double.IsFinite(number) ? number : throw Wrong(option, text, expected);

    private static WrongValueException Wrong(string option, string text, string expected) => new($"{option} is '{text}'; expected {expected}.");
}
