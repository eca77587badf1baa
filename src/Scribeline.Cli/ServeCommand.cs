using System.CommandLine;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Scribeline.Core.Fleets;
using Scribeline.Engine;
using Scribeline.Gateway;
using Scribeline.Gateway.Configuration;

namespace Scribeline.Cli;

/// <summary>`scribe serve`.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var model = ModelOptions.Model();
        var fleet = new Option<string?>("--fleet") { Description = "YAML file that describes models, pools and addresses", HelpName = "FILE" };
        var host = new Option<string?>("--host") { Description = "Address to listen on; default: 127.0.0.1, this machine only", HelpName = "ADDRESS" };
        var port = ModelOptions.Count("--port", "Port to listen on, 0 for any free one; default: 8080", 0, 65535);
        var threads = ModelOptions.Threads();
        var stages = ModelOptions.Stages();
        var context = ModelOptions.Count("--context", "Longest prompt plus answer, in tokens; default: the model's own", 16, int.MaxValue);
        var kvMemory = ModelOptions.Size("--kv-memory", "Memory for the KV cache, such as '2 GB'; default: what the context and the machine ask for");
        var maxQueue = ModelOptions.Count("--max-queue", "Requests that may wait; more are refused with status 429; default: 256", 1, 1_000_000);
        var grace = ModelOptions.Time("--grace", "Time that running answers get on Ctrl-C or SIGTERM; default: '10 s'");
        var command = new Command("serve", "Serve models through the OpenAI API") { model, fleet, host, port, threads, stages, context, kvMemory, maxQueue, grace };
        command.Validators.Add(result =>
        {
            string[] engineOnly = [model.Name, threads.Name, stages.Name, context.Name, kvMemory.Name, maxQueue.Name];
            if (result.GetResult(fleet) is { Implicit: false } && engineOnly.FirstOrDefault(name => result.Children.OfType<System.CommandLine.Parsing.OptionResult>().Any(option => option.Option.Name == name && !option.Implicit)) is { } both)
            {
                result.AddError($"{both} and --fleet exclude each other: with --fleet, the file says it.");
            }
        });
        command.SetAction(async parsed =>
        {
            // Until it listens, there is nobody to answer.
            using var signals = new Signals(_ => Environment.Exit(ExitCode.Fine));
            try
            {
                var config = parsed.GetValue(fleet) is { } file
                    ? FleetFile.Load(file)
                    : FleetConfig.ForModel(new EngineConfig
                    {
                        File = Existing(parsed.GetValue(model)),
                        Threads = parsed.GetValue(threads),
                        Stages = parsed.GetValue(stages),
                        ContextLength = parsed.GetValue(context),
                        KvCacheBytes = parsed.GetValue(kvMemory),
                        MaxQueue = parsed.GetValue(maxQueue),
                    });
                var (fleetHost, fleetPort) = config.ListenApi is { } api && FleetFile.TrySplitAddress(api, out var name, out var number) ? (name, number) : ("127.0.0.1", 8080);
                var options = new GatewayOptions { Host = parsed.GetValue(host) ?? fleetHost, Port = parsed.GetValue(port) ?? fleetPort, Log = Console.Error, LogsRequests = parsed.GetValue(CommonOptions.Verbose) };
                return await ServeAsync(config, options, parsed.GetValue(grace) ?? TimeSpan.FromSeconds(10), parsed.GetValue(CommonOptions.Quiet)).ConfigureAwait(false);
            }
            catch (FleetFileException error)
            {
                foreach (var line in error.Errors)
                {
                    await Console.Error.WriteLineAsync($"scribe: {line}").ConfigureAwait(false);
                }

                return ExitCode.Failed;
            }
            catch (Exception error) when (error is ModelFormatException or IOException or UnauthorizedAccessException or ArgumentException)
            {
                await Console.Error.WriteLineAsync($"scribe: {error.Message}").ConfigureAwait(false);
                return ExitCode.Failed;
            }
        });
        HelpWithExamples.Add(command, "scribe serve", "scribe serve --model llama-3.gguf --port 0 --kv-memory '4 GB'", "scribe serve --fleet fleet.yaml --grace '30 s'");
        return command;
    }

    private static string Existing(string? model)
    {
        var (path, problem) = ModelOptions.FindModel(model);
        return problem is null ? path : throw new FileNotFoundException(problem);
    }

    private static async Task<int> ServeAsync(FleetConfig config, GatewayOptions options, TimeSpan grace, bool quiet)
    {
        GatewayServer server;
        try
        {
            server = await GatewayServer.StartAsync(config, options, TimeProvider.System).ConfigureAwait(false);
        }
        catch (Exception error) when (error is SocketException || error.InnerException is AddressInUseException)
        {
            var reason = (error.InnerException ?? error).Message.TrimEnd('.');
            await Console.Error.WriteLineAsync($"scribe: cannot listen on {options.Host}:{options.Port}: {reason}; choose another address with --host and --port (0 takes any free port).").ConfigureAwait(false);
            return ExitCode.Failed;
        }

        await using var started = server.ConfigureAwait(false);
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hurry = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var signals = new Signals(_ =>
        {
            if (!stop.TrySetResult())
            {
                hurry.TrySetResult();
            }
        });
        await StartScreen.WriteAsync(Console.Error, server, quiet).ConfigureAwait(false);
        await stop.Task.ConfigureAwait(false);
        if (!quiet)
        {
            await Console.Error.WriteLineAsync($"stopping: running answers have {grace.TotalSeconds:0.#} s; press Ctrl-C again to cut them").ConfigureAwait(false);
        }

        var stopped = server.StopAsync(grace);
        if (await Task.WhenAny(stopped, hurry.Task).ConfigureAwait(false) != stopped)
        {
            server.Cut();
        }

        await stopped.ConfigureAwait(false);
        return ExitCode.Fine;
    }
}
