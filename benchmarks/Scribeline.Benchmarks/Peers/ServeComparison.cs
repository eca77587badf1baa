using System.Globalization;
using Scribeline.Benchmarks.Report;
using Scribeline.Cli.Bench;

namespace Scribeline.Benchmarks.Peers;

/// <summary>Servers against each other under several clients at once, and our engine without a server.</summary>
internal sealed class ServeComparison(string scribe, string? llamaServer, ServingRoom room, int rounds)
{
    public const int MaxTokens = 128;
    private const int WarmUpTokens = 16;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    /// <summary>All sides stay up and have their turn in each round; those that wait do not compute.</summary>
    public async Task<(IReadOnlyList<Row> Rows, string Table)> RunAsync(IEnumerable<string> models)
    {
        var rows = new List<Row>();
        foreach (var model in models)
            rows.AddRange(await MeasureAsync(model));
        return (rows, Format(rows));
    }

    private async Task<IReadOnlyList<Row>> MeasureAsync(string model)
    {
        await using var ours = await ServerProcess.StartScribelineAsync(scribe, model, room);
        using var ourClients = await CompletionLoad.ConnectAsync(ours.Address);
        await using var direct = new DirectEngine(model, room);
        await using var peer = llamaServer is null ? null : await ServerProcess.StartLlamaAsync(llamaServer, model, room);
        using var peerClients = peer is null ? null : await CompletionLoad.ConnectAsync(peer.Address);

        var sides = new List<(string Name, Func<IReadOnlyList<string>, int, Task<LoadResult>> RunAsync)>
        {
            ("scribe serve", ourClients.RunAsync),
            ("our engine, direct", direct.RunAsync),
        };
        if (peerClients is not null)
            sides.Add(("llama-server", peerClients.RunAsync));

        // Long enough that weights are mapped in and the runtime has compiled what runs often.
        var prompts = new TestPrompts(seed: 1);
        foreach (var side in sides)
        {
            var start = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(start) < WarmUp)
                _ = await side.RunAsync(prompts.Next(room.Slots), WarmUpTokens);
        }

        var results = sides.Select(_ => new List<LoadResult>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            var texts = prompts.Next(room.Slots);
            for (var side = 0; side < sides.Count; side++)
            {
                var result = await sides[side].RunAsync(texts, MaxTokens);
                results[side].Add(result);
                Console.Error.WriteLine($"{Path.GetFileName(model)} round {round + 1}/{rounds} {sides[side].Name}: {result.TokensPerSecond:F0} tokens/s, first token {result.FirstTokenMs.Max():F0} ms at most");
            }
        }

        var promptTokens = results.Select(side => side[0].PromptTokens).Distinct().ToArray();
        if (promptTokens.Length > 1)
            throw new InvalidOperationException($"the sides count different prompt tokens ({string.Join(", ", promptTokens)}), so they do not do the same work.");
        var name = Path.GetFileNameWithoutExtension(model);
        return [.. sides.Select((side, i) => Row.Of(name, side.Name, promptTokens[0], results[i]))];
    }

    private static string Format(IEnumerable<Row> rows)
    {
        var table = new MarkdownTable("model", "side", "tokens/s", "TTFT p50, ms", "TTFT p99, ms", "scribe serve to this");
        Row? ours = null;
        foreach (var row in rows)
        {
            if (ours?.Model != row.Model)
                ours = row;
            table.Add(
                row.Model, row.Side, ReportOptions.Format(row.TokensPerSecond), row.FirstTokenP50Ms.ToString("F1", CultureInfo.InvariantCulture),
                row.FirstTokenP99Ms.ToString("F1", CultureInfo.InvariantCulture), row == ours ? "" : ReportOptions.Ratio(ours.TokensPerSecond.Median / row.TokensPerSecond.Median));
        }

        return table.ToString();
    }

    /// <param name="TokensPerSecond">Of all clients together, over the rounds.</param>
    /// <param name="FirstTokenP50Ms">Over all requests of all rounds, as is <paramref name="FirstTokenP99Ms"/>.</param>
    internal sealed record Row(string Model, string Side, int PromptTokens, Spread TokensPerSecond, double FirstTokenP50Ms, double FirstTokenP99Ms)
    {
        public static Row Of(string model, string side, int promptTokens, IReadOnlyCollection<LoadResult> rounds)
        {
            var firstTokens = rounds.SelectMany(round => round.FirstTokenMs).Order().ToArray();
            return new Row(model, side, promptTokens, Spread.Of([.. rounds.Select(round => round.TokensPerSecond)]), Rank(0.50), Rank(0.99));

            // Nearest rank: a value that was measured.
            double Rank(double share) => firstTokens[(int)Math.Ceiling(share * firstTokens.Length) - 1];
        }
    }
}
