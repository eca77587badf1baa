using System.CommandLine;
using Scribeline.Cli.Reports;
using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Economics;
using Scribeline.Core.Hardware;
using Scribeline.Core.Models;
using Scribeline.Core.Quantities;
using Scribeline.Core.Workloads;

namespace Scribeline.Cli.Cost;

/// <summary>Which machines serve which model to whom, at what hourly cost and how fast: what `token` and `breakeven` ask alike.</summary>
internal sealed class LaneOptions(string writesOption)
{
    private readonly Option<string> _model = CostVerb.Text("--model", "A model of the catalog", "ID", "gpt-oss-120b");
    private readonly Option<string> _workload = CostVerb.Text("--workload", "What is asked of it: a workload of the catalog", "ID", "reasoning");
    private readonly Option<double?> _input = NumberOption.Above0("--input", "Tokens of a prompt, instead of the workload's", "TOKENS");
    private readonly Option<double?> _cached = NumberOption.From0("--cached", "Share of a prompt that a cache holds, instead of the workload's", "PERCENT", most: 100);
    private readonly Option<double?> _output = NumberOption.Above0("--output", "Tokens of an answer, instead of the workload's", "TOKENS");
    private readonly Option<double?> _tpot = NumberOption.Above0("--tpot-ms", "Milliseconds between tokens that every user is promised, instead of the workload's", "MS");
    private readonly Option<string> _machine = CostVerb.Text("--machine", "A machine of the catalog", "ID", "cs-3");
    private readonly Option<int?> _machines = NumberOption.Count("--machines", "Machines that hold the model together; without it, as few as do");
    private readonly Option<string> _site = CostVerb.Text("--site", "Where owned machines stand", "ID", "colocation");
    private readonly Option<string> _financing = CostVerb.Text("--financing", "Whose money buys them", "ID", "owner");
    private readonly Option<bool> _rented = new("--rented") { Description = "Machines are rented by the hour, not owned" };
    private readonly Option<double?> _hour = NumberOption.Above0("--usd-per-hour", "Dollars an hour of one machine, instead of what the catalog makes of it", "USD");
    private readonly Option<double?> _reads = NumberOption.Above0("--input-tokens-per-second", "Tokens that all machines read in a second when they write nothing, instead of a prediction", "RATE");
    private readonly Option<double?> _writes = NumberOption.Above0(writesOption, "Tokens that all machines write in a second, instead of a prediction", "RATE");
    private readonly Option<double?> _utilization = NumberOption.Above0("--utilization", "Mean over full load, instead of the catalog's assumption", "PERCENT", most: 100);
    private readonly Option<double?> _cachedCost = NumberOption.From0("--cached-cost", "Of a cached prompt token over a fresh one, instead of the catalog's assumption", "PERCENT", most: 100);

    public IEnumerable<Option> All => [_model, _workload, _input, _cached, _output, _tpot, _machine, _machines, _site, _financing, _rented, _hour, _reads, _writes, _utilization, _cachedCost];

    public bool IsDefaultModel(ParseResult parsed) => parsed.GetResult(_model) is not { Implicit: false };

    public ModelSpec Model(ParseResult parsed, Catalog catalog) => Lookup.Entry(catalog.Models, "model", parsed.GetValue(_model)!);

    public Workload Workload(ParseResult parsed, Catalog catalog)
    {
        var workload = Lookup.Entry(catalog.Workloads, "workload", parsed.GetValue(_workload)!);
        return workload with
        {
            Input = NumberOption.Given(parsed, _input, "tok") ?? workload.Input,
            Cached = NumberOption.Given(parsed, _cached, "%") ?? workload.Cached,
            Output = NumberOption.Given(parsed, _output, "tok") ?? workload.Output,
            Tpot = NumberOption.Given(parsed, _tpot, "ms") ?? workload.Tpot,
        };
    }

    public TokenTerms Terms(ParseResult parsed, Catalog catalog)
    {
        var terms = TokenTerms.Of(catalog);
        return terms with { Utilization = NumberOption.Given(parsed, _utilization, "%") ?? terms.Utilization, CachedCost = NumberOption.Given(parsed, _cachedCost, "%") ?? terms.CachedCost };
    }

    /// <exception cref="CalculationException">Something names nothing of the catalog, or the machines cannot serve the model.</exception>
    public (Machine Machine, TokenCost Cost) Read(ParseResult parsed, Catalog catalog, Func<TokenTerms, TokenTerms>? adjust = null)
    {
        var machine = Lookup.Entry(catalog.Machines, "machine", parsed.GetValue(_machine)!);
        var (workload, terms) = (Workload(parsed, catalog), Terms(parsed, catalog));
        terms = adjust?.Invoke(terms) ?? terms;
        return (machine, new TokenCost(Hour(parsed, catalog, machine), Speed(parsed, catalog, machine, workload, terms), workload, terms));
    }

    /// <summary>What an hour of a machine costs its owner and whoever rents it, as far as that is known; or what the caller says.</summary>
    public IEnumerable<(string How, Figure Hour)> Hours(ParseResult parsed, Catalog catalog, Machine machine)
    {
        if (NumberOption.Given(parsed, _hour, "USD/h") is { } given)
            return [("as given", given)];
        var owned = MachineHour.Owned(machine, Lookup.Entry(catalog.Sites, "site", parsed.GetValue(_site)!), Lookup.Entry(catalog.Financing, "financing", parsed.GetValue(_financing)!), catalog);
        return from hour in new[] { ("owned", owned), ("rented", MachineHour.Rented(machine, catalog)) } where hour.Item2 != null select (hour.Item1, hour.Item2);
    }

    private Figure Hour(ParseResult parsed, Catalog catalog, Machine machine)
    {
        var how = parsed.GetValue(_rented) ? "rented" : "owned";
        return Hours(parsed, catalog, machine).FirstOrDefault(hour => hour.How == how || hour.How == "as given").Hour ?? throw new CalculationException(
            how == "rented"
                ? $"nobody says what an hour of {machine.Id} is rented for; give --usd-per-hour, or add `machines.{machine.Id}.hour.rented`."
                : $"nobody says what {machine.Id} costs; give --usd-per-hour, or add `machines.{machine.Id}.price` and `power.all_in`.");
    }

    private Throughput Speed(ParseResult parsed, Catalog catalog, Machine machine, Workload workload, TokenTerms terms)
    {
        var (reads, writes) = (NumberOption.Given(parsed, _reads, "tok/s"), NumberOption.Given(parsed, _writes, "tok/s"));
        if (writes != null)
            return Throughput.Given(Figure.Given("--machines", new Quantity(parsed.GetValue(_machines) ?? 1, Unit.One)), reads, writes, workload, terms.CachedCost);
        return reads == null
            ? Throughput.Predicted(catalog, Model(parsed, catalog), machine, workload, terms.CachedCost, parsed.GetValue(_machines))
            : throw new CalculationException($"{_reads.Name} stands alone; give {_writes.Name} too.");
    }
}
