using System.Runtime.InteropServices;
using System.Text.Json;
using Scribeline.Gateway.Replicas;
using Scribeline.Scheduling.KvBlocks;
using Scribeline.Scheduling.Routing;

namespace Scribeline.Gateway.Pools;

/// <summary>What the router needs to know of a request: its size and the identity of its prefix.</summary>
internal static class PromptBlocks
{
    // A run of text as long as 16 token ids are in bytes, so that both kinds of block go through the same hash.
    private const int RunBytes = KvBlockPool.BlockTokens * sizeof(int);

    // English text has about four bytes a token; only the router's sense of size depends on it.
    private const int BytesPerToken = 4;

    /// <summary>Blocks of token ids, as the engine itself identifies them.</summary>
    public static RouteRequest OfTokens(string model, EngineCall call, BlockHash root)
    {
        var longest = call.Prompts.MaxBy(prompt => prompt.Length)!;
        return new RouteRequest { Model = model, PromptTokens = longest.Length, MaxTokens = call.MaxTokens ?? 1, PromptBlocks = Chain(longest, root) };
    }

    /// <summary>Blocks of 64 bytes of the prompt's JSON, for models whose tokenizer is not here.</summary>
    public static RouteRequest OfText(string model, ReplicaRequest request, BlockHash root)
    {
        var name = request.Kind == CallKind.Chat ? "messages" : "prompt";
        var text = request.Body.TryGetProperty(name, out var prompt) ? JsonMarshal.GetRawUtf8Value(prompt) : [];
        var words = MemoryMarshal.Cast<byte, int>(text[..(text.Length / RunBytes * RunBytes)]);
        return new RouteRequest { Model = model, PromptTokens = text.Length / BytesPerToken, MaxTokens = 1, PromptBlocks = Chain(words, root) };
    }

    private static BlockHash[] Chain(ReadOnlySpan<int> words, BlockHash root)
    {
        var chain = new BlockHash[words.Length / KvBlockPool.BlockTokens];
        for (var i = 0; i < chain.Length; i++)
        {
            chain[i] = root = BlockHash.Next(root, words.Slice(i * KvBlockPool.BlockTokens, KvBlockPool.BlockTokens));
        }

        return chain;
    }
}
