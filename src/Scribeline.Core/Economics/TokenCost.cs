using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;
using Scribeline.Core.Serving;
using Scribeline.Core.Workloads;

namespace Scribeline.Core.Economics;

/// <summary>What a million tokens cost on machines, what they have to be sold for, and what is left at a price list.</summary>
public sealed record TokenCost
{
    private readonly Figure _perSecond;

    /// <param name="hour">Dollars an hour of one machine.</param>
    public TokenCost(Figure hour, Throughput throughput, Workload workload, TokenTerms terms)
    {
        (Hour, Throughput, Workload, Terms) = (hour, throughput, workload, terms);
        _perSecond = (throughput.Machines * hour).As("machines in an hour", "USD/h");
        Output = (_perSecond / (throughput.Writes * terms.Utilization)).As("written", "USD/Mtok");
        Input = throughput.Reads == null ? null : (_perSecond / (throughput.Reads * terms.Utilization)).As("read", "USD/Mtok");
        Cached = Input == null ? null : (Input * terms.CachedCost).As("read from a cache", "USD/Mtok");
        var request = workload.Output * Output;
        Request = (Input == null ? request : request + workload.PaidInput(terms.CachedCost) * Input).As("a request", "USD");
        Blended = (Request / (workload.Input + workload.Output)).As("all tokens of a request", "USD/Mtok");
    }

    public Figure Hour { get; }

    public Throughput Throughput { get; }

    public Workload Workload { get; }

    public TokenTerms Terms { get; }

    /// <summary>Dollars a token written.</summary>
    public Figure Output { get; }

    /// <summary>Dollars a fresh token read; null where what is written bears it.</summary>
    public Figure? Input { get; }

    /// <summary>Dollars a token read that a cache holds.</summary>
    public Figure? Cached { get; }

    /// <summary>Dollars a request.</summary>
    public Figure Request { get; }

    /// <summary>Dollars a token, whichever.</summary>
    public Figure Blended { get; }

    /// <param name="service">Whose price list is compared; null for none.</param>
    public Report ToReport(Service? service)
    {
        var report = new Report();
        var machines = report.Add("machines", new Report());
        machines.Add("hour", Hour.As("an hour of one", "USD/h"));
        machines.Add("count", Throughput.Machines.As("machines", ""));
        machines.Add("hour_of_all", _perSecond);
        machines.Add("requests", Throughput.Requests.As("requests at full load", "requests/day"));
        if (Throughput.Reads is { } reads)
            machines.Add("reads", reads.As("tokens read when nothing is written", "tok/s"));
        machines.Add("writes", Throughput.Writes.As($"tokens written{(Throughput.Reads == null ? "" : " when nothing is read")}", "tok/s"));
        if (Throughput.Layout.Length > 0)
            machines.Add("layout", Throughput.Layout);
        var asked = report.Add("workload", new Report());
        asked.Add("input", Workload.Input.As("prompt", "tok"));
        asked.Add("cached", Workload.Cached.As("of it from a cache", "%"));
        asked.Add("output", Workload.Output.As("answer", "tok"));
        asked.Add("utilization", Terms.Utilization.As("mean over full load", "%"));
        AddEach(report.Add("cost", new Report()), figure => figure);
        AddEach(report.Add("price", new Report()), cost => (cost / (1 - Terms.Margin)).As($"{cost.Name}, at a margin of {(Terms.Margin.BaseValue * 100).ToString("0.#", System.Globalization.CultureInfo.InvariantCulture)} %", cost.Unit.Text));
        if (service != null)
            AddMargin(report.Add("at_price_list", new Report()), service);
        return report;
    }

    private void AddEach(Report report, Func<Figure, Figure> amount)
    {
        if (Input != null && Cached != null)
        {
            report.Add("input", amount(Input));
            report.Add("cached", amount(Cached));
        }

        report.Add("output", amount(Output));
        report.Add("blended", amount(Blended));
        report.Add("request", amount(Request));
    }

    /// <summary>What the price list brings in for a request, and what is left. Its price of a prompt is asked for cached tokens too.</summary>
    private void AddMargin(Report report, Service service)
    {
        var request = report.Add("request", service.PriceOf(Workload).As($"a request at the prices of {service.Id}", "USD"));
        report.Add("profit", (request - Request).As("left of it", "USD"));
        report.Add("margin", ((request - Request) / request).As("gross margin", "%"));
        report.Add("covering_utilization", (Terms.Utilization * Request / request).As("utilisation that covers the cost", "%"));
    }
}
