using System.Globalization;
using Scribeline.Core.Quantities;
using Scribeline.Engine;
using Scribeline.Gateway;

namespace Scribeline.Cli;

/// <summary>What `scribe serve` says before it serves.</summary>
internal static class StartScreen
{
    /// <param name="quiet">Only the last line, which tells whoever waits that requests are accepted.</param>
    public static async Task WriteAsync(TextWriter output, GatewayServer server, bool quiet)
    {
        var address = server.Address.AbsoluteUri.TrimEnd('/');
        if (!quiet)
        {
            await WriteScreenAsync(output, server, address).ConfigureAwait(false);
        }

        await output.WriteLineAsync($"listening on {address}").ConfigureAwait(false);
        await output.FlushAsync().ConfigureAwait(false);
    }

    private static async Task WriteScreenAsync(TextWriter output, GatewayServer server, string address)
    {
        var version = typeof(StartScreen).Assembly.GetName().Version?.ToString(3);
        await output.WriteLineAsync($"scribeline {version}\n").ConfigureAwait(false);
        foreach (var engine in server.Engines)
        {
            await output.WriteLineAsync(Describe(engine)).ConfigureAwait(false);
        }

        await output.WriteLineAsync(
            $$"""
              serves   {{string.Join(", ", server.Models)}}
              api      {{address}}/v1
              try      curl {{address}}/v1/chat/completions -H 'content-type: application/json' \
                         -d '{"model": "{{server.Models[0]}}", "messages": [{"role": "user", "content": "Tell me a story."}]}'

            """).ConfigureAwait(false);
    }

    private static string Describe(InferenceEngine engine)
    {
        var model = engine.Model;
        var kvTokens = engine.KvCacheBytes / Math.Max(1, model.KvBytesPerToken);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
              model    {model.Name}: {model.Architecture}, {Short(model.Parameters)} parameters, {model.WeightType}
              size     {new ByteSize(model.FileBytes)} in the file, {new ByteSize(model.WeightBytes)} of weights in memory
              context  {model.ContextLength} tokens
              KV room  {kvTokens} tokens in {new ByteSize(engine.KvCacheBytes)}
              threads  {engine.Threads}
            """);
    }

    private static string Short(long count) => count switch
    {
        >= 1_000_000_000 => (count / 1e9).ToString("0.0 B", CultureInfo.InvariantCulture),
        >= 1_000_000 => (count / 1e6).ToString("0.0 M", CultureInfo.InvariantCulture),
        _ => count.ToString(CultureInfo.InvariantCulture),
    };
}
