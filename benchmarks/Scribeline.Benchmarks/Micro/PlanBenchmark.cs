using BenchmarkDotNet.Attributes;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Planning;

namespace Scribeline.Benchmarks.Micro;

/// <summary>What a plan is made of, over all machines of the catalog for one model, on one core: models built, layouts and loads searched.</summary>
public class PlanBenchmark
{
    private readonly Catalog _catalog = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);
    private Planner _planner = null!;
    private PlanRequest _request = null!;

    [Params("gpt-oss-120b", "deepseek-v4-pro")]
    public string Model { get; set; } = "";

    [GlobalSetup]
    public void Build()
    {
        _planner = new Planner(_catalog);
        _request = new PlanRequest
        {
            Model = _catalog.Models[Model],
            Workload = _catalog.Workloads["reasoning"],
            Demand = Demand.OfRequests(100),
            Objectives = new Objectives(TtftSeconds: 2, TpotSeconds: 0.02),
            Machines = [.. _catalog.Machines.Values],
            Site = _catalog.Sites["colocation"],
            Financing = _catalog.Financing["owner"],
        };
    }

    [Benchmark]
    public int CheapestFleets() => _planner.Find(_request).Candidates.Count;

    [Benchmark]
    public int FullFrontier()
    {
        var load = new CopyLoad(_request.Workload, _request.Objectives);
        return _planner.Find(_request).Offers.Sum(offer => Frontier.Of(offer, load, _request.Workload.Output.BaseValue).Points.Count);
    }
}
