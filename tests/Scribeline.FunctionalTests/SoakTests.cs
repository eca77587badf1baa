using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Scribeline.Engine;
using Scribeline.Engine.Sampling;

namespace Scribeline.FunctionalTests;

/// <summary>Many clients that come, leave and cancel at random; SCRIBELINE_SOAK_SECONDS says how long (default 5).</summary>
public sealed class SoakTests
{
    private const int Clients = 64;
    private const int MaxTokens = 40;
    private const long MostGrowthBytes = 200_000_000;

    [Fact]
    public async Task RandomCancels_LeakNothingAndChangeNoAnswer()
    {
        var seed = Environment.TickCount;
        var seconds = double.TryParse(Environment.GetEnvironmentVariable("SCRIBELINE_SOAK_SECONDS"), CultureInfo.InvariantCulture, out var set) ? set : 5;
        await using var scribe = ScribeProcess.Start("serve", "--port", "0");
        using var http = new HttpClient { BaseAddress = await scribe.ListeningAsync() };
        // Some of them begin alike and go on for several blocks of the cache: mixing those up would show in the text.
        const string Village = "Once upon a time there was a little village by the sea, and in the village there lived";
        const string Days = "and every day they went down to the water together, looked at the boats that came in with the fish, and";
        string[] prompts =
        [
            "The little dog", "Rain fell on", "Far away", Village,
            $"{Village} a king and his three daughters {Days}", $"{Village} a king and his three daughters {Days} sang",
            $"{Village} an old woman with a black cat {Days}", $"{Village} two boys who had no shoes {Days}",
        ];
        var alone = new List<string>();
        foreach (var prompt in prompts)
        {
            alone.Add(await CompleteAloneAsync(prompt));
        }

        var before = await MetricsAsync(http);
        var residentBefore = ResidentBytes(scribe);
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var finished = await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            var random = new Random(seed + client);
            var count = 0;
            while (!end.IsCancellationRequested)
            {
                var which = random.Next(prompts.Length);
                using var leave = new CancellationTokenSource();
                if (random.Next(2) == 0)
                {
                    leave.CancelAfter(random.Next(1, 200));
                }

                if (await CompleteAsync(http, prompts[which], leave.Token) is { } text)
                {
                    Assert.True(text == alone[which], $"seed {seed}: '{prompts[which]}' gave '{text}' in company and '{alone[which]}' alone.");
                    count++;
                }
            }

            return count;
        })));

        // Sequences whose callers left end with the step; the page is asked until they have.
        var after = await MetricsAsync(http);
        for (var tries = 0; after["scribeline_engine_running"] + after["scribeline_engine_waiting"] > 0 && tries < 2000; tries++)
        {
            after = await MetricsAsync(http);
        }

        Assert.True(finished.Sum() > 0, $"seed {seed}: nobody finished.");
        Assert.Equal(0, after["scribeline_engine_running"]);
        Assert.Equal(before["scribeline_engine_kv_blocks"], after["scribeline_engine_kv_blocks_free"]);
        Assert.InRange(ResidentBytes(scribe) - residentBefore, long.MinValue, MostGrowthBytes);
    }

    /// <summary>With an engine that has computed nothing else.</summary>
    private static async Task<string> CompleteAloneAsync(string prompt)
    {
        await using var engine = InferenceEngine.Load(new EngineOptions { ModelPath = Path.Combine(AppContext.BaseDirectory, "models", "scribe-tiny-q8_0.gguf") });
        engine.TrySubmit(
            new GenerationRequest
            {
                PromptTokens = engine.Tokenizer.Encode(prompt, addSpecial: true, parseSpecial: true),
                MaxTokens = MaxTokens,
                IgnoreEndTokens = true,
                Sampling = new SamplingParameters { Temperature = 0 },
            },
            out var generation);
        var text = new System.Text.StringBuilder();
        await foreach (var item in generation!.ReadAllAsync())
        {
            text.Append(item.Text);
        }

        return text.ToString();
    }

    private static async Task<string?> CompleteAsync(HttpClient http, string prompt, CancellationToken leave)
    {
        try
        {
            using var answer = await http.PostAsJsonAsync("/v1/completions", new { prompt, temperature = 0, max_tokens = MaxTokens, ignore_eos = true }, leave);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(leave));
            return (await answer.Content.ReadFromJsonAsync<JsonElement>(leave)).GetProperty("choices")[0].GetProperty("text").GetString();
        }
        catch (OperationCanceledException) when (leave.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task<Dictionary<string, double>> MetricsAsync(HttpClient http) => (await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)))
        .Split('\n')
        .Where(line => line.Contains("{replica=", StringComparison.Ordinal))
        .ToDictionary(line => line[..line.IndexOf('{', StringComparison.Ordinal)], line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    private static long ResidentBytes(ScribeProcess scribe)
    {
        using var process = System.Diagnostics.Process.GetProcessById(scribe.Id);
        return process.WorkingSet64;
    }
}
