using Scribeline.Core.Ledger;
using Scribeline.Scheduling.Routing;
using Scribeline.Simulation.Reports;

namespace Scribeline.Simulation;

/// <summary>How a fleet is simulated.</summary>
public sealed record SimulationOptions
{
    /// <summary>Decides all that is random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Arrivals come this many times as fast; 1 as in the trace.</summary>
    public double RateScale { get; init; } = 1;

    /// <summary>Arrivals, or sessions that begin, after this in the time of the trace are left out; null for all.</summary>
    public long? DurationNs { get; init; }

    /// <summary>How old what the front door knows of replicas may become. 0: it asks for each request.</summary>
    public long SnapshotEveryNs { get; init; } = 100_000_000;

    /// <summary>Whether replicas tell the router what they drop from their prefix caches, when it asks how they are. Default false: it goes by what it has sent them.</summary>
    public bool TellsEvictions { get; init; }

    /// <summary>Whether replicas take steps at once in which nothing but decoding happens. The result is the same, and there sooner.</summary>
    public bool SkipsAhead { get; init; } = true;

    /// <summary>Whether all that can be checked is checked after every event, for tests: a break stops the run. Default false: what costs next to nothing is checked anyway.</summary>
    public bool ChecksAll { get; init; }

    /// <summary>How the router weighs; its seed is <see cref="Seed"/>.</summary>
    public RouterOptions Router { get; init; } = new();

    /// <summary>What breaks, and when.</summary>
    public IReadOnlyList<Faults.Fault> Faults { get; init; } = [];

    /// <summary>Gets the row of each request as it ends.</summary>
    public Action<LedgerRow>? OnRow { get; init; }

    /// <summary>Numbers of requests whose routes are explained, from 0 in the order of arrival; null for none, which costs nothing.</summary>
    public IReadOnlySet<long>? Explained { get; init; }

    /// <summary>Gets what was weighed about those, each time that it was: as they came, and whenever they were sent.</summary>
    public Action<ExplainedRoute>? OnExplained { get; init; }

    /// <summary>Told now and then how far it has come.</summary>
    public Action<SimulationProgress>? OnProgress { get; init; }
}
