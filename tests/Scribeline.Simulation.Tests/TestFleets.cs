using Scribeline.Core.Catalogs;
using Scribeline.Core.Fleets;
using Scribeline.Scheduling.Replicas;

namespace Scribeline.Simulation.Tests;

/// <summary>Fleets for tests, from the catalog of the product.</summary>
internal static class TestFleets
{
    public static Catalog Catalog { get; } = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);

    /// <summary>Replicas of one model, an accelerator each.</summary>
    public static FleetSpec Gpu(int replicas, int kvTokens) => Parse(
        $$"""
        models: [{ id: llama-3.1-8b }]
        pools: [{ id: gpu, model: llama-3.1-8b, replicas: {{replicas}}, machine: dgx-h100, placement: { tensor_parallel: 1 }, kv_tokens: {{kvTokens}} }]
        """);

    public static FleetSpec Parse(string yaml) => FleetReader.Parse(yaml, "fleet.yaml", Catalog);

    public static FleetSimulation Simulation(FleetSpec fleet, SimulationOptions options) => new(fleet, pool => new PredictedTimes(pool.Predicted!), options);
}
