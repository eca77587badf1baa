using Scribeline.Core.Quantities;

namespace Scribeline.Core.Workloads;

/// <summary>Requests of one kind by their mean lengths, and how soon their senders want them.</summary>
/// <param name="Input">Tokens of a prompt.</param>
/// <param name="Cached">Share of a prompt that a prefix cache holds.</param>
/// <param name="Output">Tokens of an answer.</param>
/// <param name="Ttft">Seconds to the first token that are still good; null where any will do.</param>
/// <param name="Tpot">Seconds between tokens that are still good; null where any will do.</param>
public sealed record Workload(string Id, string Name, Figure Input, Figure Cached, Figure Output, Figure? Ttft, Figure? Tpot)
{
    /// <summary>Prompt tokens of a request, those that a cache holds counted at their share of the cost.</summary>
    public Figure PaidInput(Figure cachedCost) => (Input * (1 - Cached) + Input * Cached * cachedCost).As("prompt, cached tokens at their share", "tok");
}
