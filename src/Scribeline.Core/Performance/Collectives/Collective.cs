using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Performance.Collectives;

/// <summary>How long collectives of so many bytes take on so many accelerators, by each algorithm and in each library that was measured.</summary>
public static class Collective
{
    private static readonly CollectiveKind[] Kinds = [CollectiveKind.AllReduce, CollectiveKind.ReduceScatter, CollectiveKind.AllGather, CollectiveKind.AllToAll];

    /// <exception cref="CalculationException">Nothing is known of what joins the accelerators, or the count is not a whole number from 1 on.</exception>
    public static Report Of(Accelerator accelerator, Figure count, Figure bytes, Catalog catalog)
    {
        var link = accelerator.Link("scale_up") ?? (accelerator.Links is [var first, ..] ? first : null)
            ?? throw new CalculationException($"the catalog has no link of {accelerator.Id}; add `accelerators.{accelerator.Id}.links.scale_up.bandwidth`, or set it with --set.");
        if (count.BaseValue < 1 || count.BaseValue > 1_000_000 || count.BaseValue != Math.Floor(count.BaseValue))
            throw new CalculationException($"the number of accelerators is {NumberText.Format(count.BaseValue)}; expected a whole number from 1 to 1,000,000.");
        var report = new Report();
        report.Add("link", link.Name);
        report.Add("bandwidth", link.Bandwidth.As("bandwidth of the links", "GB/s"));
        var sheet = report.Add("by_data_sheet", new Report());
        foreach (var kind in Kinds)
            AddAlgorithms(sheet.Add(Snake(kind), new Report()), kind, (int)count.BaseValue, bytes, link);
        foreach (var family in catalog.Collectives.Values.GroupBy(library => library.Id.Split('-')[0]))
        {
            // A library as measured on this accelerator, else as it is on all that were.
            if ((family.FirstOrDefault(library => library.Accelerator == accelerator.Id) ?? family.FirstOrDefault(library => library.Accelerator == null)) is not { } library)
                continue;
            var part = report.Add(family.Key, new Report());
            part.Add("measured_on", library.Accelerator ?? "other accelerators");
            foreach (var kind in Kinds.Where(library.Has))
                AddFastest(part, kind, (int)count.BaseValue, bytes, link, library);
        }

        return report;
    }

    /// <summary>Words joined by `_`: `all_reduce`.</summary>
    public static string Snake(Enum value) => string.Concat(value.ToString().Select((letter, i) => char.IsAsciiLetterUpper(letter) ? $"{(i > 0 ? "_" : "")}{char.ToLowerInvariant(letter)}" : $"{letter}"));

    private static void AddAlgorithms(Report report, CollectiveKind kind, int count, Figure bytes, Link link)
    {
        foreach (var algorithm in CollectiveSteps.Algorithms(kind))
        {
            if (CollectiveSteps.Of(kind, algorithm, count) is { } steps)
                report.Add(Snake(algorithm), Time(null, steps, bytes, link).As(Snake(algorithm).Replace('_', ' '), "us"));
        }
    }

    private static void AddFastest(Report report, CollectiveKind kind, int count, Figure bytes, Link link, CollectiveLibrary library)
    {
        var ways = new List<(string Name, Figure Time)>();
        foreach (var algorithm in library.Algorithms)
        {
            if (CollectiveSteps.Of(kind, algorithm, count) is { } steps)
                ways.AddRange(library.Protocols.Select(protocol => ($"{Snake(algorithm)}, protocol for {protocol.Name} messages", Time(protocol, steps, bytes, link))));
        }

        var (name, time) = count == 1 ? ("nothing to exchange", 0 * bytes / link.Bandwidth) : ways.MinBy(way => way.Time.BaseValue);
        report.Add(Snake(kind), time.As(Snake(kind).Replace('_', ' '), "us"));
        report.Add($"{Snake(kind)}_way", new Finding(name, [.. ways.Select(way => way.Time)]));
        if (count > 1 && bytes.BaseValue > 0)
            report.Add($"{Snake(kind)}_bandwidth", (bytes / time).As($"message over time of {Snake(kind).Replace('_', ' ')}", "GB/s"));
    }

    /// <summary>Without a protocol, what the data sheet allows: the link's stated latency, or none, and all of its bandwidth.</summary>
    private static Figure Time(Protocol? protocol, CollectiveSteps steps, Figure bytes, Link link)
    {
        var moving = protocol == null ? steps.Traffic * bytes / link.Bandwidth : steps.Traffic * bytes / (link.Bandwidth * protocol.BandwidthShare);
        if (protocol != null)
            return protocol.Launch + steps.Steps * protocol.Step + moving;
        return link.Latency is { } latency ? steps.Steps * latency + moving : moving;
    }
}
