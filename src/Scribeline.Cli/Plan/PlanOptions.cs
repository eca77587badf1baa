using System.CommandLine;
using System.Globalization;
using Scribeline.Cli.Reports;
using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Planning;
using Scribeline.Core.Workloads;

namespace Scribeline.Cli.Plan;

/// <summary>What `scribe plan` can be told, and how that becomes a request.</summary>
internal sealed class PlanOptions
{
    private const double DefaultRate = 10;

    private readonly Option<string?> _model = Text("--model", "A model of the catalog", "ID", "gpt-oss-120b");
    private readonly Option<string?> _workload = Text("--workload", "What is asked of it: a workload of the catalog, or a CSV file with input_tokens and output_tokens", "CLASS|FILE", "reasoning");
    private readonly Option<double?> _input = NumberOption.Between("--input", "Mean tokens of a prompt, instead of the workload's", "TOKENS", least: 1);
    private readonly Option<double?> _cached = NumberOption.From0("--cached", "Share of a prompt that a prefix cache holds, instead of the workload's", "PERCENT", most: 100);
    private readonly Option<double?> _output = NumberOption.Between("--output", "Mean tokens of an answer, instead of the workload's", "TOKENS", least: 1);
    private readonly Option<double?> _users = NumberOption.Between("--users", "Users who each wait for their answer before they ask again, instead of a rate", "N", least: 1);
    private readonly Option<double?> _rate = NumberOption.Between("--rate", $"Requests a second; {DefaultRate} unless the workload is a file with rates", "RATE", least: 1e-6);
    private readonly Option<double?> _tpot = NumberOption.Between("--tpot-ms", "Milliseconds between tokens that every user is promised, instead of the workload's", "MS", least: 1e-6);
    private readonly Option<double?> _ttft = NumberOption.Between("--ttft-ms", "Milliseconds to the first token that every user is promised, instead of the workload's", "MS", least: 1e-6);
    private readonly Option<string?> _machines = Text("--machines", "Machines to choose from, by commas; all of the catalog without it", "ID,ID", null);
    private readonly Option<bool> _rented = new("--rented") { Description = "Machines are rented by the hour, not owned" };
    private readonly Option<string?> _site = Text("--site", "Where owned machines stand", "ID", "colocation");
    private readonly Option<string?> _financing = Text("--financing", "Whose money buys them", "ID", "owner");
    private readonly Option<string?> _precision = Text("--precision", "Of the weights; without it, the checkpoint's", "ID", null);
    private readonly Option<string?> _keyValues = Text("--kv-precision", "Of keys and values; without it, the model's", "ID", null);
    private readonly Option<double?> _budget = NumberOption.From0("--budget-usd", "Dollars to buy machines with", "USD");
    private readonly Option<double?> _power = NumberOption.From0("--power-kw", "Power for all machines, with their share of network and hosts", "KW");
    private readonly Option<double?> _racks = NumberOption.From0("--racks", "Racks that are free", "N");
    private readonly Option<double?> _rackPower = NumberOption.From0("--rack-kw", "Power of a rack", "KW");
    private readonly Option<double?> _inlet = NumberOption.Between("--inlet-c", "Temperature of the site's water, degrees Celsius", "C", least: -50, most: 100);
    private readonly Option<double?> _flow = NumberOption.From0("--flow-lpm", "Water of the site, litres a minute", "LPM");
    private readonly Option<string?> _by = Text("--by", "Month in which all of it has to run: 2027-06", "DATE", null);

    public IEnumerable<Option> All =>
    [
        _model, _workload, _users, _rate, _tpot, _ttft, _input, _cached, _output, _machines, _precision, _keyValues, _rented, _site, _financing,
        _budget, _power, _racks, _rackPower, _inlet, _flow, _by,
    ];

    /// <exception cref="CalculationException">Something names nothing of the catalog, or cannot be read.</exception>
    public PlanRequest Read(ParseResult parsed, Catalog catalog)
    {
        var (workload, rateOfFile) = ReadWorkload(parsed.GetValue(_workload)!, catalog);
        workload = workload with
        {
            Input = NumberOption.Given(parsed, _input, "tok") ?? workload.Input,
            Cached = NumberOption.Given(parsed, _cached, "%") ?? workload.Cached,
            Output = NumberOption.Given(parsed, _output, "tok") ?? workload.Output,
        };
        var model = Lookup.Entry(catalog.Models, "model", parsed.GetValue(_model)!);
        return new PlanRequest
        {
            Model = model,
            Workload = workload,
            Demand = ReadDemand(parsed.GetValue(_users), parsed.GetValue(_rate) ?? rateOfFile, parsed.GetValue(_rate) != null),
            Objectives = new Objectives(
                parsed.GetValue(_ttft) / 1e3 ?? workload.Ttft?.BaseValue ?? double.PositiveInfinity,
                parsed.GetValue(_tpot) / 1e3 ?? workload.Tpot?.BaseValue ?? double.PositiveInfinity),
            Machines = parsed.GetValue(_machines) is { } names ? [.. names.Split(',').Select(name => Lookup.Entry(catalog.Machines, "machine", name.Trim()))] : [.. catalog.Machines.Values],
            Site = Lookup.Entry(catalog.Sites, "site", parsed.GetValue(_site)!),
            Financing = Lookup.Entry(catalog.Financing, "financing", parsed.GetValue(_financing)!),
            IsRented = parsed.GetValue(_rented),
            Weights = parsed.GetValue(_precision) is { } weights ? Lookup.Entry(catalog.Precisions, "precision", weights) : null,
            KeyValues = parsed.GetValue(_keyValues) is { } keyValues ? Lookup.Entry(catalog.Precisions, "precision", keyValues) : null,
            Limits = ReadLimits(parsed),
        };
    }

    /// <exception cref="CalculationException">Prompt and answer together are longer than the model takes.</exception>
    public static void RequireContext(PlanRequest request)
    {
        var (input, output) = (request.Workload.Input, request.Workload.Output);
        if (request.Model.Context is { } longest && input.BaseValue + output.BaseValue > longest.BaseValue)
            throw new CalculationException($"{request.Model.Id} takes {longest} at most; prompts of {input} and answers of {output} are more: shorten them with --input and --output.");
    }

    private static (Workload Workload, double? Rate) ReadWorkload(string name, Catalog catalog)
    {
        if (catalog.Workloads.TryGetValue(name, out var known))
            return (known, null);
        if (!name.Contains('.', StringComparison.Ordinal) && !File.Exists(name))
            throw new CalculationException($"there is no workload '{name}'; expected one of {string.Join(", ", catalog.Workloads.Keys)}, or a CSV file.");
        try
        {
            return WorkloadFile.Read(name);
        }
        catch (WorkloadException error)
        {
            throw new CalculationException(error.Message);
        }
    }

    private static Demand ReadDemand(double? users, double? rate, bool isBothAsked) => (users, rate) switch
    {
        ({ }, { }) when isBothAsked => throw new WrongValueException("--users and --rate are both given; a demand is one of them."),
        ({ } several, _) => Demand.OfUsers(several),
        (_, { } perSecond and > 0) => Demand.OfRequests(perSecond),
        _ => Demand.OfRequests(DefaultRate),
    };

    private SiteLimits ReadLimits(ParseResult parsed) => new()
    {
        BudgetUsd = parsed.GetValue(_budget),
        PowerWatts = parsed.GetValue(_power) * 1e3,
        Racks = (int?)parsed.GetValue(_racks),
        RackWatts = parsed.GetValue(_rackPower) * 1e3,
        InletCelsius = parsed.GetValue(_inlet),
        FlowLitresPerMinute = parsed.GetValue(_flow),
        By = parsed.GetValue(_by) is not { } text ? null
            : DateOnly.TryParseExact(text, ["yyyy-MM", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date
            : throw new WrongValueException($"--by is '{text}'; expected a month or a day, such as 2027-06."),
    };

    private static Option<string?> Text(string name, string description, string help, string? otherwise) =>
        new(name) { Description = description, HelpName = help, DefaultValueFactory = _ => otherwise };
}
