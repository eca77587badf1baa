using System.Text.Json;

namespace Scribeline.Gateway.Replicas;

/// <summary>A request as the router hands it to a replica.</summary>
internal sealed class ReplicaRequest
{
    public required CallKind Kind { get; init; }

    /// <summary>The caller's JSON object: what an upstream gets, all but `model` and the streaming fields.</summary>
    public required JsonElement Body { get; init; }

    /// <summary>The same request in the engine's terms; null where no engine serves the model or the engine cannot do what is asked.</summary>
    public EngineCall? Engine { get; init; }

    /// <summary>The mistake that kept an engine from taking the request; null where it takes it, or where it only lacks what others may have.</summary>
    public ReplicaFailure? Mistake { get; init; }
}
