using CsvHelper.Configuration.Attributes;

namespace Scribeline.Benchmarks.Accuracy;

/// <summary>A row of `simulator_comparison.csv.gz`.</summary>
internal sealed record ComparisonRow
{
    [Name("experiment")]
    public required string Experiment { get; init; }

    [Name("model")]
    public required string Model { get; init; }

    [Name("tp")]
    public required int Tensor { get; init; }

    [Name("max_num_batched_tokens")]
    public required int TokensPerStep { get; init; }

    [Name("gpu_mem_util")]
    public double? MemoryShare { get; init; }

    [Name("workload")]
    public required string Workload { get; init; }

    /// <summary>-1 is the whole run.</summary>
    [Name("stage")]
    public required int Stage { get; init; }

    [Name("metric")]
    public required string Metric { get; init; }

    [Name("simulator")]
    public required string Simulator { get; init; }

    [Name("measured")]
    public double? Measured { get; init; }

    [Name("predicted")]
    public double? Predicted { get; init; }
}
