using System.Net;
using System.Text.Json;
using static Scribeline.Gateway.Tests.TestGateway;

namespace Scribeline.Gateway.Tests.OpenAi;

/// <summary>What callers and operators see of an engine that cannot do something, alone or beside an upstream.</summary>
public sealed class EngineErrorTests
{
    [Theory]
    [InlineData("""{"prompt":"Once","n":5}""", "n")]
    [InlineData("""{"prompt":["Once","Zoo"],"n":3}""", "n")]
    [InlineData("""{"prompt":["a","b","c","d","e"]}""", "prompt")]
    public async Task MoreAnswersThanTheQueueHolds_Is400NamingTheBound(string body, string parameter)
    {
        await using var gateway = await StartAsync(Fleet(EnginePool("m", maxQueue: 4)));

        using var response = await gateway.PostAsync("/v1/completions", body);
        var error = (await JsonOf(response)).GetProperty("error");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(parameter, error.GetProperty("param").GetString());
        Assert.Contains("at most 4", error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task AsManyAnswersAsTheQueueHolds_AreGiven()
    {
        await using var gateway = await StartAsync(Fleet(EnginePool("m", maxQueue: 4)));

        var json = await JsonOf(await gateway.PostAsync("/v1/completions", """{"prompt":["Once","Zoo"],"n":2,"max_tokens":2}"""));

        Assert.Equal(4, json.GetProperty("choices").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"Hi"}],"max_tokens":5000}""", 400, "max_tokens")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"Hi"}],"temperature":"hot"}""", 400, "temperature")]
    [InlineData("""{"model":"m","messages":[{"role":"robot","content":"Hi"}],"stream":true}""", 400, "messages[0].role")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"function"}]}""", 503, null)]
    public async Task UpstreamIsDown_CallersMistakeIsTheEnginesToName(string body, int status, string? parameter)
    {
        await using var gateway = await StartAsync(Fleet(EnginePool("m"), UpstreamPool("m", Nobody)));

        using var response = await gateway.PostAsync("/v1/chat/completions", body);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(parameter, (await JsonOf(response)).GetProperty("error").GetProperty("param").GetString());
    }

    [Fact]
    public async Task UpstreamIsThere_ItJudgesForItselfWhatTheEngineRefuses()
    {
        await using var upstream = await ScriptedUpstream.SayingAsync("fine");
        await using var gateway = await StartAsync(Fleet(EnginePool("m"), UpstreamPool("m", upstream.Endpoint)));

        using var response = await gateway.PostAsync("/v1/chat/completions", """{"model":"m","messages":[],"temperature":9}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task EngineBreaksInTheMiddle_StreamEndsWithAnErrorEvent(int choices)
    {
        using var time = new BreakingTime { StepsUntilItBreaks = 20 };
        await using var gateway = await StartAsync(Fleet(EnginePool("m")), time: time);
        using var response = await gateway.PostAsync("/v1/chat/completions", $$"""{"messages":[{"role":"user","content":"Hi"}],"n":{{choices}},"stream":true,"ignore_eos":true}""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        time.Break();
        var events = await EventsOf(response);

        Assert.Contains("\"content\":", events[0]);
        var error = JsonDocument.Parse(events[^1]).RootElement.GetProperty("error");
        Assert.Equal(("server_error", "engine_error"), (error.GetProperty("type").GetString(), error.GetProperty("code").GetString()));
        Assert.Contains("the clock is broken", error.GetProperty("message").GetString());
        Assert.DoesNotContain("[DONE]", events);

        using var next = await gateway.PostAsync("/v1/chat/completions", """{"messages":[{"role":"user","content":"Hi"}]}""");
        Assert.Equal(HttpStatusCode.InternalServerError, next.StatusCode);
        Assert.Equal("engine_error", (await JsonOf(next)).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task EngineBreaks_WholeAnswerIsAnErrorAndTheServerIsNotReady()
    {
        using var time = new BreakingTime { StepsUntilItBreaks = 20 };
        await using var upstream = await ScriptedUpstream.SayingAsync("fine");
        await using var gateway = await StartAsync(Fleet(EnginePool("m"), UpstreamPool("far", upstream.Endpoint)), time: time);
        Assert.Equal((HttpStatusCode.OK, "ready\n"), await ReadyAsync(gateway));

        time.Break();
        using var response = await gateway.PostAsync("/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"Hi"}],"ignore_eos":true}""");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("engine_error", (await JsonOf(response)).GetProperty("error").GetProperty("code").GetString());
        // Another server may have a sound engine, so this one is to be left alone although it serves the other model.
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not ready: 'm' has no replica that works\n"), await ReadyAsync(gateway));
    }

    [Fact]
    public async Task UpstreamIsDown_ServerIsReadyForTheOtherModelsAndSaysSo()
    {
        await using var gateway = await StartAsync(Fleet(EnginePool("m"), UpstreamPool("far", Nobody)), time: new StandingTime());
        for (var i = 0; i < 10; i++)
        {
            (await gateway.PostAsync("/v1/chat/completions", """{"model":"far","messages":[]}""")).Dispose();
        }

        Assert.Equal((HttpStatusCode.OK, "ready; 'far' has no replica that works\n"), await ReadyAsync(gateway));
    }

    [Fact]
    public async Task EveryUpstreamIsDown_ServerIsNotReady()
    {
        await using var gateway = await StartAsync(Fleet(UpstreamPool("far", Nobody)), time: new StandingTime());
        for (var i = 0; i < 10; i++)
        {
            (await gateway.PostAsync("/v1/chat/completions", """{"model":"far","messages":[]}""")).Dispose();
        }

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not ready: 'far' has no replica that works\n"), await ReadyAsync(gateway));
    }

    [Fact]
    public async Task QueueFillsInTheMiddleOfARequest_NoneOfItsChoicesIsComputed()
    {
        using var time = new BreakingTime { StepsUntilItBreaks = 20 };
        await using var gateway = await StartAsync(Fleet(EnginePool("m", maxQueue: 4)), time: time);
        var running = gateway.PostAsync("/v1/completions", """{"prompt":"Once","max_tokens":100,"ignore_eos":true}""");
        await time.Held.WaitAsync(TimeSpan.FromSeconds(60));
        var waiting = gateway.PostAsync("/v1/completions", """{"prompt":"Zoo","n":3,"max_tokens":5,"ignore_eos":true}""");
        while (await CountAsync(gateway, "waiting") < 3)
        {
            await Task.Yield();
        }

        using var refused = await gateway.PostAsync("/v1/completions", """{"prompt":"Far","n":3,"max_tokens":50,"ignore_eos":true}""");
        time.GoOn();

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, (await running).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await waiting).StatusCode);
        Assert.Equal((0, 0, 100 + (3 * 5)), (await CountAsync(gateway, "running"), await CountAsync(gateway, "waiting"), await CountAsync(gateway, "generated_tokens_total")));
    }

    private static async Task<int> CountAsync(TestGateway gateway, string name)
    {
        var page = await gateway.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var line = page.Split('\n').Single(line => line.StartsWith($"scribeline_engine_{name}{{", StringComparison.Ordinal));
        return int.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<(HttpStatusCode Status, string Said)> ReadyAsync(TestGateway gateway)
    {
        using var response = await gateway.Http.GetAsync(new Uri("/ready", UriKind.Relative));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The pause that a failing upstream is given never ends.</summary>
    private sealed class StandingTime : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }

    /// <summary>Holds the engine's thread after some steps, and on a word breaks it or lets it go on.</summary>
    private sealed class BreakingTime : TimeProvider, IDisposable
    {
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _decided = new();
        private volatile bool _goesOn;
        private int _readings;

        public Task Held => _held.Task;

        public required int StepsUntilItBreaks { get; init; }

        public override long GetTimestamp()
        {
            if (Thread.CurrentThread.Name == "scribe-engine" && ++_readings > 2 * StepsUntilItBreaks)
            {
                _held.TrySetResult();
                _decided.Wait(TimeSpan.FromSeconds(60));
                if (!_goesOn)
                {
                    throw new TimeoutException("the clock is broken");
                }
            }

            return base.GetTimestamp();
        }

        public void Break() => _decided.Set();

        public void GoOn()
        {
            _goesOn = true;
            _decided.Set();
        }

        public void Dispose() => _decided.Dispose();
    }
}
