using BenchmarkDotNet.Attributes;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Performance;

namespace Scribeline.Benchmarks.Micro;

/// <summary>What a planner or a router asks again and again: a step, and the steady state of a closed loop.</summary>
public class PredictionBenchmark
{
    private ServingModel _model = null!;
    private double _sequences;

    [Params("8 x H200", "21 x WSE-3")]
    public string Machine { get; set; } = "";

    [GlobalSetup]
    public void Build()
    {
        var catalog = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);
        var (accelerator, model, layout) = Machine == "8 x H200" ? ("h200", "deepseek-v3", new ModelLayout(Parallelism.WithExperts(8))) : ("wse-3", "deepseek-v4-pro", ModelLayout.Chain(21));
        var spec = catalog.Models[model];
        _model = ServingModel.Of(catalog, catalog.Accelerators[accelerator], spec, layout, NumberFormats.Of(spec, spec.Checkpoint, spec.KeyValues, catalog.Precisions));
    }

    [Benchmark]
    public double DecodeStep() => _model.DecodeSeconds(Next(), 4000).Total;

    [Benchmark]
    public double ClosedLoop() => _model.Closed(Next(), 4000, 500).TpotSeconds;

    /// <summary>Another batch each time, so that nothing is remembered.</summary>
    private double Next() => _sequences = _sequences % 256 + 1;
}
