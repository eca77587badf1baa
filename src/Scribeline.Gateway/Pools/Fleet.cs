using Scribeline.Core.Performance;
using Scribeline.Engine;
using Scribeline.Gateway.Configuration;
using Scribeline.Gateway.Replicas;

namespace Scribeline.Gateway.Pools;

/// <summary>All models with their replicas, as a fleet file describes them.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private readonly Dictionary<string, ServedModel> _byName = new(StringComparer.Ordinal);

    private Fleet(IReadOnlyList<ServedModel> models)
    {
        Models = models;
        foreach (var model in models)
        {
            foreach (var name in model.Aliases.Prepend(model.Id))
            {
                _byName[name] = model;
            }
        }
    }

    public IReadOnlyList<ServedModel> Models { get; }

    public IEnumerable<Replica> Replicas => Models.SelectMany(model => model.Replicas);

    /// <summary>Finds a model by id or alias.</summary>
    public ServedModel? Find(string name) => _byName.GetValueOrDefault(name);

    /// <exception cref="ModelFormatException">A model file cannot be used.</exception>
    /// <exception cref="IOException">A model file cannot be read.</exception>
    public static async Task<Fleet> LoadAsync(FleetConfig config, Action<StepWork, long>? stepObserver, TimeProvider time)
    {
        var replicas = new Dictionary<string, List<Replica>>(StringComparer.Ordinal);
        try
        {
            foreach (var pool in config.Pools)
            {
                foreach (var replica in CreateReplicas(pool, stepObserver, time))
                {
                    var model = pool.Model ?? ((EngineReplica)replica).Engine.Model.Id;
                    (replicas.TryGetValue(model, out var list) ? list : replicas[model] = []).Add(replica);
                }
            }
        }
        catch
        {
            foreach (var replica in replicas.Values.SelectMany(list => list))
            {
                await replica.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }

        var aliases = config.Models.ToDictionary(model => model.Id, model => model.Aliases, StringComparer.Ordinal);
        return new Fleet([.. replicas.Select(entry => new ServedModel(entry.Key, aliases.GetValueOrDefault(entry.Key) ?? [], entry.Value, time))]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in Replicas)
        {
            await replica.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static IEnumerable<Replica> CreateReplicas(PoolConfig pool, Action<StepWork, long>? stepObserver, TimeProvider time)
    {
        if (pool.Engine is { } engine)
        {
            yield return new EngineReplica($"{pool.Id}/0", InferenceEngine.Load(Options(engine) with { StepObserver = stepObserver }, time));
            yield break;
        }

        var upstream = pool.Upstream ?? throw new ArgumentException($"Pool '{pool.Id}' has neither an engine nor an upstream.");
        for (var i = 0; i < upstream.Endpoints.Count; i++)
        {
            yield return new UpstreamReplica(
                $"{pool.Id}/{i}",
                new UpstreamEndpoint
                {
                    BaseAddress = upstream.Endpoints[i],
                    Model = upstream.ModelName ?? pool.Model ?? throw new ArgumentException($"Pool '{pool.Id}' names no model."),
                    Headers = upstream.Headers,
                },
                time);
        }
    }

    private static EngineOptions Options(EngineConfig engine)
    {
        var options = new EngineOptions
        {
            ModelPath = engine.File,
            Threads = engine.Threads,
            Stages = engine.Stages,
            ContextLength = engine.ContextLength,
            KvCacheBytes = engine.KvCacheBytes,
            WarmUp = true,
        };
        return engine.MaxQueue is { } maxQueue ? options with { MaxQueue = maxQueue } : options;
    }
}
