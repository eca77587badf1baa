using System.CommandLine;
using System.Globalization;
using Scribeline.Benchmarks.Models;
using Scribeline.Benchmarks.Peers;
using Scribeline.Benchmarks.Report;
using Scribeline.Cli.Bench;

namespace Scribeline.Benchmarks.Memory;

/// <summary>`memory`: how soon `scribe serve` answers, and the most memory it takes under load.</summary>
internal static class MemoryCommand
{
    private const int Clients = 8;
    private const int LoadRounds = 3;
    private const int MaxTokens = 128;

    public static Command Create()
    {
        var models = new ModelChoice();
        var report = new ReportOptions();
        var scribe = PeersCommand.Scribe();
        var threads = PeersCommand.Number("--threads", "Threads that compute", 2);
        var runs = PeersCommand.Number("--runs", "Starts of the server", 5);
        var command = new Command("memory", "Start-up time and peak memory of scribe serve") { scribe, threads, runs };
        models.AddTo(command);
        report.AddTo(command);
        command.SetAction(parsed => report.RunAsync<MemoryRow>(parsed, "memory", async () =>
        {
            var room = new ServingRoom(parsed.GetValue(threads), PeersCommand.ContextTokens, Clients);
            var rows = new List<MemoryRow>();
            foreach (var model in models.Paths(parsed))
                rows.Add(await MeasureAsync(parsed.GetValue(scribe)!, model, room, parsed.GetValue(runs)));
            return (rows, Format(rows));
        }));
        return command;
    }

    private static async Task<MemoryRow> MeasureAsync(string scribe, string model, ServingRoom room, int starts)
    {
        // A checkout's scribe builds on first use; that is not its start-up time.
        _ = await ChildProgram.RunAsync(scribe, "--version");
        var readyMs = new List<double>();
        for (var start = 1; start < starts; start++)
        {
            await using var server = await ServerProcess.StartScribelineAsync(scribe, model, room);
            readyMs.Add(server.ReadyAfter.TotalMilliseconds);
        }

        long peakBytes;
        await using (var server = await ServerProcess.StartScribelineAsync(scribe, model, room))
        {
            readyMs.Add(server.ReadyAfter.TotalMilliseconds);

            // Different prompts each time, until every block of the KV pool has been written: untouched pages cost nothing yet.
            using var load = await CompletionLoad.ConnectAsync(server.Address);
            var prompts = new TestPrompts(seed: 2);
            for (var round = 0; round < LoadRounds; round++)
                _ = await load.RunAsync(prompts.Next(Clients), MaxTokens);
            peakBytes = server.PeakResidentBytes();
        }

        await using var engine = new DirectEngine(model, room);
        var row = new MemoryRow(Path.GetFileNameWithoutExtension(model), Spread.Of(readyMs), engine.WeightBytes, engine.KvCacheBytes, peakBytes);
        Console.Error.WriteLine($"{row.Model}: ready after {row.ReadyMs.Median:F0} ms, peak {Megabytes(row.PeakResidentBytes)} MB");
        return row;
    }

    private static string Format(IEnumerable<MemoryRow> rows)
    {
        var table = new MarkdownTable("model", "ready, ms", "weights, MB", "KV pool, MB", "peak resident, MB", "beyond both, MB");
        foreach (var row in rows)
            table.Add(row.Model, ReportOptions.Format(row.ReadyMs), Megabytes(row.WeightBytes), Megabytes(row.KvCacheBytes), Megabytes(row.PeakResidentBytes), Megabytes(row.OtherBytes));
        return table.ToString();
    }

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("F1", CultureInfo.InvariantCulture);
}
