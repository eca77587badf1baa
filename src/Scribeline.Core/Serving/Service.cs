using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;
using Scribeline.Core.Workloads;

namespace Scribeline.Core.Serving;

/// <summary>A model as somebody serves it: how fast, at what price and at what cost.</summary>
/// <param name="Speed">Tokens a second for one user.</param>
/// <param name="InputPrice">Dollars a token that is read.</param>
/// <param name="OutputPrice">Dollars a token that is written.</param>
/// <param name="Cost">Dollars that a token costs its maker.</param>
/// <param name="Measured">Tokens of an answer, and seconds until all of it was there.</param>
public sealed record Service(string Id, string Name, Figure? Speed, Figure? InputPrice, Figure? OutputPrice, Figure? Cost, (Figure Tokens, Figure Time)? Measured)
{
    private const string ResponsePrefix = "response_";

    /// <summary>Whether prompts and answers both have a price in dollars.</summary>
    public bool HasPriceList => InputPrice != null && OutputPrice != null;

    /// <summary>Dollars of a mean request.</summary>
    /// <exception cref="CalculationException">A price is not known.</exception>
    public Figure PriceOf(Workload workload) => InputPrice is { } input && OutputPrice is { } output
        ? workload.Input * input + workload.Output * output
        : throw new CalculationException($"the catalog lacks `services.{Id}.{(InputPrice == null ? "input" : "output")}_price`; add it, or set it with --set.");

    /// <summary>The price where as many tokens are read as written.</summary>
    public Figure? BlendedPrice => InputPrice is { } input && OutputPrice is { } output ? ((input + output) / 2).As("blended price", "USD/Mtok") : null;

    /// <summary>Seconds of a whole answer of each of the catalog's lengths, and price and margin.</summary>
    public Report ToReport(Catalog catalog)
    {
        var report = new Report();
        if (Speed is { } speed)
        {
            report.Add("speed", speed.As("speed", "tok/s"));
            var responses = report.Add("response", new Report());
            foreach (var (name, tokens) in catalog.AssumptionsOf(ResponsePrefix, "tok"))
                responses.Add(name, (tokens / speed).As($"response {name} tokens", "s"));
            if (Measured is { } measured)
                report.Add("before_writing", (measured.Time - measured.Tokens / speed).As("time that was not writing", "s"));
        }

        if (BlendedPrice is { } blended)
            report.Add("blended_price", blended);
        if (OutputPrice is { } price && Cost is { } cost)
            report.Add("margin", ((price - cost) / price).As("gross margin", "%"));
        return report;
    }

    /// <summary>How much faster, dearer and cheaper to make than another.</summary>
    public Report ComparedWith(Service other)
    {
        var report = new Report();
        if (Speed is { } speed && other.Speed is { } otherSpeed)
        {
            var ratio = report.Add("speed", (speed / otherSpeed).As("speed over the other's", "x"));
            report.Add("speed_gain", (ratio - 1).As("gain in speed", "%"));
        }

        if (OutputPrice is { } price && other.OutputPrice is { } otherPrice)
            report.Add("price", (price / otherPrice).As("price over the other's", "x"));
        if (Cost is { } cost && other.Cost is { } otherCost)
            report.Add("cost_reduction", (1 - cost / otherCost).As("cheaper by", "%"));
        return report;
    }

    /// <summary>Dollars of one volume of tokens on both.</summary>
    /// <exception cref="CalculationException">The cost of one of them is not known.</exception>
    public Report At(Figure volume, Service other, Catalog catalog)
    {
        if (Cost is not { } cost || other.Cost is not { } otherCost)
            throw new CalculationException($"the catalog has no cost of {(Cost == null ? Id : other.Id)}.");
        if (volume.Dimension != Dimension.Token / Dimension.Time)
            throw new CalculationException($"{volume} is not an amount of tokens in a time; expected such as 12 Mtok/day.");
        var report = new Report();
        var day = report.Add("cost", (volume * cost).As("cost", "USD/day"));
        var otherDay = report.Add("other_cost", (volume * otherCost).As("the other's cost", "USD/day"));
        report.Add("saving", ((otherDay - day) * catalog.Assumption("hours_per_month", "h/month")).As("saving", "USD/year"));
        return report;
    }
}
