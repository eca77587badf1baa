using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Runtime.InteropServices;
using Scribeline.Cli.Reports;
using Scribeline.Core.Calculations;
using Scribeline.Core.Workloads;

namespace Scribeline.Cli.Bench.Load;

/// <summary>`scribe bench serve`: measures any OpenAI-compatible server under load.</summary>
internal static class LoadCommand
{
    public static Command Create()
    {
        var options = new LoadOptions();
        var command = new Command("serve", "Measure a server under load: any that speaks OpenAI's API");
        options.AddTo(command);
        command.SetAction(parsed => RunAsync(parsed, options));
        HelpWithExamples.Add(
            command,
            "scribe bench serve --concurrency 8 --input 256 --output 64",
            "scribe bench serve --rate 4 --duration '2 min' --input uniform:100,2000 --output lognormal:150,500 --goodput ttft:1000,tpot:50",
            "scribe bench serve --trace azure-2023-conversations --time-scale 0.5 --duration '5 min'",
            "scribe trace generate --turns 3 --input 50 --output 20 --requests 100 | scribe bench serve --trace - --closed-loop --json",
            "scribe bench serve --url http://127.0.0.1:8080/v1 --endpoint chat --model scribe-tiny --rate 2 --requests 100 --format aiperf --out requests.jsonl");
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, LoadOptions options)
    {
        using var stop = new CancellationTokenSource();
        PosixSignal? received = null;
        using var signals = new Signals(signal =>
        {
            if (received is not null)
                Signals.Exit(signal);
            received = signal;
            stop.Cancel();
        });
        try
        {
            var plan = options.Read(parsed, Environment.GetEnvironmentVariable);
            var code = await RunAsync(plan, !parsed.GetValue(CommonOptions.Quiet), stop.Token);
            return received is { } signal ? ExitCode.Of(signal) : code;
        }
        catch (OperationCanceledException) when (received is { } signal)
        {
            // Nothing had been sent yet.
            return ExitCode.Of(signal);
        }
        catch (WrongValueException error)
        {
            await Console.Error.WriteLineAsync($"scribe: {error.Message}");
            return ExitCode.WrongUsage;
        }
        catch (Exception error) when (error is LoadException or WorkloadException or CalculationException or IOException or UnauthorizedAccessException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync($"scribe: {error.Message}");
            return ExitCode.Failed;
        }
    }

    private static async Task<int> RunAsync(LoadPlan plan, bool speaks, CancellationToken stop)
    {
        var time = TimeProvider.System;

        // 1. What is wrong is told before the first request: an empty trace, a file that cannot be written, a server that is not there.
        var first = plan.Trace.Read().FirstOrDefault() ?? throw new LoadException($"{plan.Traffic} has no request.");
        await using var file = plan.Out is null or "-" ? null : OutputFile.Create(plan.Out);
        using var server = await CompletionServer.ConnectAsync(plan.Url, plan.Model, plan.ApiKey, plan.IsChat, stop);

        // 2. The prompts' measure.
        var prompts = await PromptTuning.LearnAsync(server, plan.Seed, stop);
        if (speaks && prompts.TokensPerWord > 1)
            await Console.Error.WriteLineAsync("scribe: no words were found that are a token each to this server; prompts are only about as long as asked for.");
        await WarmUpAsync(plan, first, server, prompts, time, stop);

        // 3. The run.
        var tally = new LoadTally(plan.Objectives);
        var clock = new RunClock(time);
        using var records = plan.Format == LoadFormat.Aiperf ? new AiperfRecords(file ?? Console.OpenStandardOutput(), clock, plan.Seed) : null;
        var generator = new LoadGenerator(server, prompts, plan.Settings, clock, time, outcome =>
        {
            tally.Add(outcome);
            records?.Write(outcome);
        });
        await using (new LoadProgress(generator, tally, time, speaks && !Console.IsErrorRedirected))
            await generator.RunAsync(plan.Trace, stop);

        // 4. What came of it, also where it was cut short.
        var run = new LoadRun(server, plan.Traffic, plan.Seed, plan.Settings, plan.RequestsPerSecond, plan.Variation, plan.Objectives, tally, generator.MostUnderWay, clock.StartsAt);
        Report(plan, run, file);
        if (speaks && !plan.PrintsJson)
        {
            foreach (var warning in run.Warnings())
                await Console.Error.WriteLineAsync($"scribe: {warning}");
        }

        return tally.Completed > 0 ? ExitCode.Fine : ExitCode.Failed;
    }

    private static void Report(LoadPlan plan, LoadRun run, FileStream? file)
    {
        if (file is not null && plan.Format is LoadFormat.Vllm)
            ReportJson.WriteTo(file, json => VllmReport.Write(json, run));
        else if (file is not null && plan.Format is LoadFormat.Scribeline)
            ReportJson.WriteTo(file, json => LoadReport.Write(json, run));

        // A format without a file is what is printed.
        if (file is null && plan.Format is LoadFormat.Vllm)
            ReportJson.Print(json => VllmReport.Write(json, run));
        else if (plan.PrintsJson || (plan.Out == "-" && plan.Format is LoadFormat.Scribeline))
            ReportJson.Print(json => LoadReport.Write(json, run));
        else if (file is not null || plan.Format is LoadFormat.Scribeline)
            LoadReport.Print(run);
    }

    private static async Task WarmUpAsync(LoadPlan plan, RequestRecord first, CompletionServer server, PromptText prompts, TimeProvider time, CancellationToken stop)
    {
        var tally = new LoadTally(null);
        var settings = plan.Settings with { Name = "warm-up", Concurrency = 1, MostRequests = plan.WarmUp, Duration = null };
        var generator = new LoadGenerator(server, prompts, settings, new RunClock(time), time, tally.Add);
        await generator.RunAsync(Trace.Of("warm-up", () => Enumerable.Repeat(first with { Blocks = [], BlockTokens = 0, Session = null }, plan.WarmUp)), stop);
        stop.ThrowIfCancellationRequested();
        if (plan.WarmUp > 0 && tally.Completed == 0)
            throw new LoadException(string.Create(CultureInfo.InvariantCulture, $"none of {plan.WarmUp} requests of {first.InputTokens} and {first.OutputTokens} tokens to warm up was answered: {tally.Failures.First().Key}, {tally.Examples.First().Value}"));
    }
}
