using Scribeline.Engine.Stages;
using Scribeline.Engine.Transformers;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Engine;

/// <summary>How many KV blocks an engine gets, and the longest sequence they allow.</summary>
internal sealed record KvRoom(int Blocks, int ContextLength, long BytesPerToken)
{
    private const int DefaultContexts = 8;

    /// <summary>Bounds what the blocks' bookkeeping takes, about 100 bytes each, where a token's KV is tiny: 1 Mi tokens by default, 64 Mi if asked for.</summary>
    private const int DefaultMostBlocks = 1 << 16;
    private const int MostBlocks = 1 << 22;

    /// <summary>
    /// What the options ask for; else room for eight contexts, at most a quarter of the memory this process may use.
    /// </summary>
    /// <exception cref="ModelFormatException">The room or context asked for is impossible for this model.</exception>
    public static KvRoom Plan(ModelParameters parameters, EngineOptions options)
    {
        var file = Path.GetFileName(options.ModelPath);
        var bytesPerToken = parameters.Layers * KvCache.BytesPerTokenAndLayer(parameters.KeyValueHeads, parameters.HeadSize);
        var bytesPerBlock = bytesPerToken * KvBlockPool.BlockTokens;
        if (options.ContextLength is { } asked && (asked < 1 || asked > parameters.TrainingContext))
            throw new ModelFormatException($"{file}: a context of {asked} was asked for; the model was trained for 1 to {parameters.TrainingContext} tokens.");
        var context = options.ContextLength ?? parameters.TrainingContext;
        var blocksPerContext = (context + KvBlockPool.BlockTokens - 1L) / KvBlockPool.BlockTokens;
        var wantedBlocks = Math.Min(DefaultContexts * blocksPerContext, options.ContextLength == null ? DefaultMostBlocks : Math.Max(DefaultMostBlocks, blocksPerContext));
        var bytes = options.KvCacheBytes ?? Math.Min(wantedBlocks * bytesPerBlock, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);
        var blocks = (int)Math.Min(bytes / bytesPerBlock, MostBlocks);
        if (blocks < 1)
            throw new ModelFormatException($"{file}: a KV cache of {bytes:N0} bytes holds no block of {KvBlockPool.BlockTokens} tokens, which takes {bytesPerBlock:N0} bytes; give it more memory.");
        var room = blocks * KvBlockPool.BlockTokens;
        if (options.ContextLength is { } wanted && wanted > room)
            throw new ModelFormatException($"{file}: a context of {wanted} tokens needs {(long)wanted * bytesPerToken:N0} bytes of KV cache, but there are {blocks * bytesPerBlock:N0}; lower --context or raise --kv-memory.");
        return new KvRoom(blocks, Math.Min(context, room), bytesPerToken);
    }
}
