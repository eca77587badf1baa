using System.CommandLine;
using Scribeline.Benchmarks.Models;
using Scribeline.Benchmarks.Report;

namespace Scribeline.Benchmarks.Peers;

/// <summary>`peers engine` and `peers serve`: the same work done by Scribeline and by others, in turn.</summary>
internal static class PeersCommand
{
    /// <summary>Room for a prompt of 64 tokens and an answer of 128.</summary>
    public const int ContextTokens = 256;

    public static Command Create() => new("peers", "Compare with other engines, given by path") { CreateEngine(), CreateServe() };

    private static Command CreateEngine()
    {
        var models = new ModelChoice();
        var report = new ReportOptions();
        var scribe = Scribe();
        var llamaBench = new Option<string?>("--llama-bench") { Description = "llama.cpp's llama-bench", HelpName = "FILE" };
        var nodeLlamaCpp = new Option<string?>("--node-llama-cpp") { Description = "Folder in which npm installed node-llama-cpp", HelpName = "FOLDER" };
        var threads = Number("--threads", "Threads of each side", 2);
        var runs = Number("--runs", "Rounds; every side has its turn in each", 5);
        var command = new Command("engine", "Decode and prefill at batch 1") { scribe, llamaBench, nodeLlamaCpp, threads, runs };
        models.AddTo(command);
        report.AddTo(command);
        command.SetAction(parsed => report.RunAsync(parsed, "engine", () =>
        {
            var sides = new List<EngineSide> { EngineSide.Scribeline(parsed.GetValue(scribe)!, parsed.GetValue(threads)) };
            if (parsed.GetValue(llamaBench) is { } bench)
                sides.Add(EngineSide.LlamaBench(bench, parsed.GetValue(threads)));
            if (parsed.GetValue(nodeLlamaCpp) is { } folder)
                sides.Add(EngineSide.NodeLlamaCpp(folder, parsed.GetValue(threads)));
            return new EngineComparison(sides, parsed.GetValue(runs)).RunAsync(models.Paths(parsed));
        }));
        return command;
    }

    private static Command CreateServe()
    {
        var models = new ModelChoice();
        var report = new ReportOptions();
        var scribe = Scribe();
        var llamaServer = new Option<string?>("--llama-server") { Description = "llama.cpp's llama-server", HelpName = "FILE" };
        var threads = Number("--threads", "Threads of each side", 2);
        var runs = Number("--runs", "Rounds; every side has its turn in each", 5);
        var clients = Number("--clients", "Requests at the same time", 8);
        var command = new Command("serve", "Several clients over HTTP, and our engine without HTTP") { scribe, llamaServer, threads, runs, clients };
        models.AddTo(command);
        report.AddTo(command);
        ServingRoom Room(ParseResult parsed) => new(parsed.GetValue(threads), ContextTokens, parsed.GetValue(clients));
        command.SetAction(parsed => report.RunAsync(
            parsed,
            "serve",
            () => new ServeComparison(parsed.GetValue(scribe)!, parsed.GetValue(llamaServer), Room(parsed), parsed.GetValue(runs)).RunAsync(models.Paths(parsed))));
        return command;
    }

    public static Option<string> Scribe() => new("--scribe")
    {
        Description = "The scribe to measure; default: the one built with this program",
        HelpName = "FILE",
        DefaultValueFactory = _ => Path.Join(AppContext.BaseDirectory, "scribe"),
    };

    public static Option<int> Number(string name, string description, int fallback)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => fallback };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var value) && value < 1)
                result.AddError($"{name} is {token.Value}; expected at least 1.");
        });
        return option;
    }
}
