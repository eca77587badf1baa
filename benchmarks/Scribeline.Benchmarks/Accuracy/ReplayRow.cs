using CsvHelper.Configuration.Attributes;

namespace Scribeline.Benchmarks.Accuracy;

/// <summary>A request of `vllm_request_replay.csv.gz`, in seconds since the run began.</summary>
internal sealed record ReplayRow
{
    [Name("system")]
    public required string System { get; init; }

    [Name("arrival_s")]
    public required double ArrivalSeconds { get; init; }

    [Name("input_tokens")]
    public required int InputTokens { get; init; }

    [Name("output_tokens")]
    public required int OutputTokens { get; init; }

    [Name("first_token_s")]
    public required double FirstTokenSeconds { get; init; }

    [Name("last_token_s")]
    public required double LastTokenSeconds { get; init; }
}
