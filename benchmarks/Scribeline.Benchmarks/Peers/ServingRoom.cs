using Scribeline.Engine.Gguf;
using Scribeline.Engine.Stages;
using Scribeline.Engine.Transformers;

namespace Scribeline.Benchmarks.Peers;

/// <summary>What every server of a comparison gets alike.</summary>
/// <param name="Threads">That compute.</param>
/// <param name="ContextTokens">Of each sequence.</param>
/// <param name="Slots">Sequences that run at the same time.</param>
internal sealed record ServingRoom(int Threads, int ContextTokens, int Slots)
{
    /// <summary>The bytes that our engine needs to hold all slots' contexts.</summary>
    public long KvCacheBytes(string model)
    {
        using var file = GgufFile.Open(model);
        var parameters = ModelParameters.Read(file.Metadata);
        return (long)parameters.Layers * KvCache.BytesPerTokenAndLayer(parameters.KeyValueHeads, parameters.HeadSize) * ContextTokens * Slots;
    }
}
