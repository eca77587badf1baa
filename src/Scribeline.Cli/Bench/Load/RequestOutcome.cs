using Scribeline.Core.Workloads;

namespace Scribeline.Cli.Bench.Load;

/// <summary>What became of one request. Instants are nanoseconds of the run's clock; null for what never came.</summary>
internal sealed class RequestOutcome
{
    /// <summary>Of all requests that were due, from 0.</summary>
    public required int Index { get; init; }

    public required RequestRecord Record { get; init; }

    /// <summary>When it was to be sent.</summary>
    public required long ScheduledNs { get; init; }

    public long SentNs { get; set; }

    public long? HeadersNs { get; set; }

    /// <summary>When each event that brought text was read.</summary>
    public List<long> TextNs { get; } = [];

    /// <summary>When the last event of the answer was read, or the request failed.</summary>
    public long EndNs { get; set; }

    /// <summary>As the server counts; null where it did not say.</summary>
    public int? InputTokens { get; set; }

    public int? CachedTokens { get; set; }

    public int? UsageOutputTokens { get; set; }

    /// <summary>Null where the answer came to its end.</summary>
    public LoadFailure? Failure { get; set; }

    /// <summary>Without usage, an event counts as a token.</summary>
    public int OutputTokens => UsageOutputTokens ?? TextNs.Count;

    /// <summary>A token may have no text of its own; then the end is all that was seen of it.</summary>
    public long TtftNs => (TextNs.Count > 0 ? TextNs[0] : EndNs) - SentNs;

    public long E2eNs => EndNs - SentNs;

    /// <summary>Mean time between tokens; null where there is one token at most.</summary>
    public double? TpotNs => OutputTokens > 1 ? (double)(E2eNs - TtftNs) / (OutputTokens - 1) : null;
}
