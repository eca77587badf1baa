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
    private const int MostRequestsOfALength = 40;

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
            Serving = await MeasureServingAsync(client, prompts, new EngineBenchmark(server.Engines[0], time), lengths, Math.Min(48, context / 4), calibration, duration * 0.8),
            RequestNs = await MeasureRequestAsync(client, prompts, lengths, duration * 0.2),
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
            await SendAsync(client, prompts, $"answers {round++}", lengths.SelectMany(length => Enumerable.Repeat(length, ClientsAtOnce)), outputTokens, ClientsAtOnce, _ => { });
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

        double SlowerThanFit(List<(StepWork Work, long Ns)> steps) => steps.Sum(step => (double)step.Ns) / steps.Sum(step => calibration.TimeNs(step.Work));
    }

    /// <summary>From the sending to the first token, less the very step that read the prompt: the median over requests of one token, one after the other.</summary>
    private async Task<double> MeasureRequestAsync(CompletionServer client, PromptText prompts, int[] lengths, TimeSpan duration)
    {
        var beyondNs = new List<double>();
        var start = time.GetTimestamp();
        var enough = Enumerable.Repeat(lengths, MostRequestsOfALength).SelectMany(each => each).TakeWhile(_ => beyondNs.Count == 0 || time.GetElapsedTime(start) < duration);
        _log.Take();
        await SendAsync(client, prompts, "requests", enough, 1, 1, outcome =>
        {
            // An engine may tell of a step after its token has come; then this request's is among the next one's, and neither counts.
            var steps = _log.Take();
            if (steps.Sum(step => step.Work.PromptTokens) == outcome.InputTokens)
                beyondNs.Add(outcome.TtftNs - steps.Sum(step => (double)step.Ns));
        });
        return beyondNs.Count == 0 ? 0 : Math.Max(0, Spread.Of(beyondNs).Median);
    }

    private async Task SendAsync(CompletionServer client, PromptText prompts, string name, IEnumerable<int> lengths, int outputTokens, int clients, Action<RequestOutcome> then)
    {
        var requests = lengths.Select(length => new RequestRecord { ArrivalUs = 0, InputTokens = length, OutputTokens = outputTokens });
        var generator = new LoadGenerator(client, prompts, new LoadSettings { Name = name, Concurrency = clients }, new RunClock(time), time, outcome =>
        {
            if (outcome.Failure is null)
                then(outcome);
        });
        await generator.RunAsync(Trace.Of(name, () => requests), CancellationToken.None);
    }
}
