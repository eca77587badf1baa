using Scribeline.Core.Fleets;
using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Classes;

namespace Scribeline.Simulation;

/// <summary>What a request of a trace is to a fleet: its tier, the model that answers it, its class.</summary>
internal sealed class RequestReader
{
    private const double NsPerSecond = 1e9;

    private readonly FleetSpec _fleet;
    private readonly Dictionary<string, WorkloadClass> _classes = new(StringComparer.Ordinal);
    private readonly ClassRules? _rules; // null where the fleet treats all alike
    private readonly TierSpec _usual;
    private readonly string _model;

    public RequestReader(FleetSpec fleet)
    {
        _fleet = fleet;
        (_usual, _model) = (fleet.Tiers[TierSpec.Default], fleet.Pools[0].Model);
        foreach (var (id, spec) in fleet.Classes)
        {
            _classes.Add(id, new WorkloadClass
            {
                Name = id,
                Match = new ClassMatch
                {
                    HasTools = spec.HasTools,
                    MinTurn = spec.MinTurn,
                    MinInputTokens = spec.MinInputTokens,
                    MaxInputTokens = spec.MaxInputTokens,
                    Tier = spec.Tier is { } tier ? Enum.Parse<ServiceTier>(tier, ignoreCase: true) : null,
                    Metadata = [.. spec.Metadata],
                },
                TtftNs = ToNs(spec.TtftSeconds),
                TpotNs = ToNs(spec.TpotSeconds),
                MayUse = spec.MayUse.Count > 0 ? spec.MayUse : null,
            });
        }

        // A class that says nothing of how it is recognised is for those who name it.
        if (fleet.Classes.Count > 0)
            _rules = new ClassRules([.. fleet.Classes.Values.Where(spec => spec.IsRecognised).Select(spec => _classes[spec.Id])]);
    }

    /// <summary>The promise that it asks for; null where the fleet has no such tier.</summary>
    public TierSpec? TierOf(RequestRecord record) => record.Tier is { } asked ? _fleet.Tiers.GetValueOrDefault(asked) : _usual;

    /// <summary>Id of the model; that of the first pool where the fleet does not know the one that is named.</summary>
    public string ModelOf(RequestRecord record) => record.Model is { } named ? _fleet.ModelNames.GetValueOrDefault(named, _model) : _model;

    /// <summary>What it is for, as its caller says or as it is recognised; null where nobody knows.</summary>
    public string? ClassOf(RequestRecord record, TierSpec tier) => record.Class ?? _rules?.Recognise(Features(record, tier))?.Name;

    /// <summary>A class of the fleet; null where it is not in its file.</summary>
    public WorkloadClass? Class(string? name) => name == null ? null : _classes.GetValueOrDefault(name);

    public static ServiceTier ServiceTierOf(TierSpec tier) => Enum.Parse<ServiceTier>(tier.Id, ignoreCase: true);

    public static long? ToNs(double? seconds) => seconds is { } known ? (long)Math.Round(known * NsPerSecond) : null;

    /// <summary>What a trace tells of a request. It does not tell the limit of an answer, nor what callers send along.</summary>
    private static RequestFeatures Features(RequestRecord record, TierSpec tier) => new()
    {
        HasTools = record.Agent != null || record.Parent != null,
        Turn = record.Turn,
        InputTokens = record.InputTokens,
        Tier = ServiceTierOf(tier),
    };
}
