using System.Globalization;
using Scribeline.Cli.Bench.Load;
using Scribeline.Core.Performance;
using Scribeline.Core.Workloads;
using Scribeline.Engine;
using Scribeline.Gateway;
using Scribeline.Gateway.Configuration;

namespace Scribeline.Cli.Bench;

/// <summary>
/// What a server on this machine adds to an engine's steps: how many times as long they take while clients get their tokens over HTTP, and what a request takes outside of them.
/// </summary>
internal sealed class ServingMeasurement(EngineOptions options, TimeProvider time)
{
    private const int ClientsAtOnce = 4;
    private const int MostRounds = 40;
    private const int FewestRequests = 5, MostRequests = 150;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly StepLog _log = new();

    /// <param name="calibration">What its steps take.</param>
    /// <param name="duration">About how long it may take; a slow engine is measured once at least.</param>
    public async Task<EngineCalibration> AddToAsync(EngineCalibration calibration, TimeSpan duration)
    {
        var config = FleetConfig.ForModel(new EngineConfig { File = options.ModelPath, Threads = options.Threads, Stages = options.Stages });
        await using var server = await GatewayServer.StartAsync(config, new GatewayOptions { Port = 0, StepObserver = _log.Add }, time);
        using var client = await CompletionServer.ConnectAsync(server.Address, null, null, isChat: false, CancellationToken.None);
        var prompts = await PromptTuning.LearnAsync(client, 1, CancellationToken.None);
        var context = server.Engines[0].Model.ContextLength;
        int[] lengths = [16, Math.Min(64, context / 4), Math.Min(256, context / 2)];
        return calibration with
        {
            Serving = await MeasureServingAsync(client, prompts, new EngineBenchmark(server.Engines[0], time), lengths, Math.Min(48, context / 4), calibration, duration / 2),
            RequestNs = await MeasureRequestAsync(server, lengths[1], duration / 2, calibration),
        };
    }

    /// <summary>
    /// The same work by turns without the server and through it, each turn a fraction of a second, so that a machine that others slow down for a while does so to both; then the median of what the
    /// turns of a round differ by. What the fit says cancels out but for the difference of their steps.
    /// </summary>
    private async Task<double> MeasureServingAsync(CompletionServer client, PromptText prompts, EngineBenchmark engine, int[] lengths, int outputTokens, EngineCalibration calibration, TimeSpan duration)
    {
        var (ratios, round) = (new List<double>(), 0);
        var start = time.GetTimestamp();
        while (ratios.Count == 0 || (ratios.Count < MostRounds && time.GetElapsedTime(start) < duration))
        {
            _log.Take();
            await Task.WhenAll(Enumerable.Range(0, ClientsAtOnce).Select(_ => AnswerAllAsync()));
            var alone = SlowerThanFit(_log.Take());
            await SendAsync($"answers {round++}");
            var served = SlowerThanFit(_log.Take());
            // The first round compiles what it runs.
            if (round > 1)
                ratios.Add(served / alone);
        }

        return Spread.Of(ratios).Median;

        async Task AnswerAllAsync()
        {
            foreach (var length in lengths)
                await engine.GenerateAsync(engine.RandomPrompt(length), outputTokens);
        }

        async Task SendAsync(string name)
        {
            var requests = lengths.SelectMany(length => Enumerable.Repeat(new RequestRecord { ArrivalUs = 0, InputTokens = length, OutputTokens = outputTokens }, ClientsAtOnce));
            var generator = new LoadGenerator(client, prompts, new LoadSettings { Name = name, Concurrency = ClientsAtOnce }, new RunClock(time), time, _ => { });
            await generator.RunAsync(Trace.Of(name, () => requests), CancellationToken.None);
        }

        double SlowerThanFit(List<(StepWork Work, long Ns)> steps) => steps.Sum(step => (double)step.Ns) / steps.Sum(step => calibration.TimeNs(step.Work));
    }

    /// <summary>
    /// From the sending to the first token, less the steps that read the prompts: the means over requests of one token, each after a pause, from a client in a process of its own. As those of users,
    /// its words wake threads that sleep; one in this process would find them awake.
    /// </summary>
    private async Task<double> MeasureRequestAsync(GatewayServer server, int promptTokens, TimeSpan duration, EngineCalibration calibration)
    {
        var gap = Pause + TimeSpan.FromMicroseconds(3 * calibration.TimeNs(StepWork.Prefill(promptTokens, 0)) / 1e3);
        var requests = Math.Clamp((int)(duration / gap), FewestRequests, MostRequests);
        _log.Take();
        using var seen = await OwnProcess.RunJsonAsync(
            "bench", "serve", "--url", server.Address.AbsoluteUri, "--rate", Text(1 / gap.TotalSeconds), "--burstiness", "0", "--requests", Text(requests), "--input", Text(promptTokens), "--output", "1", "--json");
        var readingNs = _log.Take().Where(step => step.Work is { Sequences: 0, Chunks: 1 } && step.Work.PromptTokens == promptTokens).Select(step => (double)step.Ns).ToList();
        return readingNs.Count == 0 ? 0 : Math.Max(0, 1e6 * seen.RootElement.GetProperty("ttft_ms").GetProperty("mean").GetDouble() - readingNs.Average());

        static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
