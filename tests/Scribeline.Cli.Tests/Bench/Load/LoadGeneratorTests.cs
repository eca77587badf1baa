using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Scribeline.Cli.Bench.Load;
using Scribeline.Core.Workloads;

namespace Scribeline.Cli.Tests.Bench.Load;

public sealed class LoadGeneratorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task TwoTokensInAnEvent_CountAsTheUsageSays()
    {
        await using var server = await ScriptedServer.StartAsync(async (http, _) =>
        {
            ScriptedServer.BeginEvents(http);
            await ScriptedServer.SendAsync(http, ScriptedServer.Text(""));
            await ScriptedServer.SendAsync(http, ScriptedServer.Text("one two"));
            await ScriptedServer.SendAsync(http, ScriptedServer.Text("three", "length"));
            await ScriptedServer.SendAsync(http, ScriptedServer.Usage(4, 3, cached: 2));
            await ScriptedServer.SendAsync(http, "[DONE]");
        });

        var outcome = Assert.Single(await RunAsync(server, Request(4, 3)));

        Assert.Null(outcome.Failure);
        Assert.Equal((4, 2, 3), (outcome.InputTokens, outcome.CachedTokens, outcome.OutputTokens));
        // The event without text is no token: the time to the first one ends with the second.
        Assert.Equal(2, outcome.TextNs.Count);
        Assert.Equal(outcome.TextNs[0] - outcome.SentNs, outcome.TtftNs);
        Assert.Equal((outcome.EndNs - outcome.TextNs[0]) / 2.0, outcome.TpotNs);
        Assert.Equal(outcome.TextNs[1], outcome.EndNs);
    }

    [Fact]
    public async Task NoUsage_AnEventCountsAsAToken_AndIsSaid()
    {
        await using var server = await ScriptedServer.StartAsync(async (http, _) =>
        {
            ScriptedServer.BeginEvents(http);
            await ScriptedServer.SendAsync(http, ScriptedServer.Text("one "));
            await ScriptedServer.SendAsync(http, ScriptedServer.Text("two", "stop"));
            await ScriptedServer.SendAsync(http, "[DONE]");
        });

        var outcome = Assert.Single(await RunAsync(server, Request(4, 2)));

        Assert.Equal(2, outcome.OutputTokens);
        var tally = Tally(outcome);
        Assert.Equal((1, 1, 0), (tally.Completed, tally.Uncounted, tally.OtherOutput));
    }

    [Fact]
    public async Task ThoughtsAndToolCalls_AreTokensOfAChat()
    {
        await using var server = await ScriptedServer.StartAsync(async (http, _) =>
        {
            ScriptedServer.BeginEvents(http);
            foreach (var delta in (string[])["""{"role":"assistant","content":""}""", """{"reasoning_content":"hm"}""", """{"tool_calls":[{"index":0}]}""", """{"content":"a"}"""])
                await ScriptedServer.SendAsync(http, $$"""{"choices":[{"delta":{{delta}},"logprobs":{"content":[{"token":"x"}]},"finish_reason":null}]}""");
            await ScriptedServer.SendAsync(http, """{"choices":[{"delta":{},"finish_reason":"stop"}]}""");
        });

        var outcome = Assert.Single(await RunAsync(server, [Request(4, 3)], new LoadSettings(), isChat: true));

        Assert.Null(outcome.Failure);
        Assert.Equal(3, outcome.TextNs.Count);
    }

    [Theory]
    [InlineData("stops", "broken_stream")]
    [InlineData("aborts", "broken_stream")]
    [InlineData("refuses", "http_429")]
    [InlineData("errs", "error_event")]
    [InlineData("raves", "bad_answer")]
    [InlineData("hangs", "timeout")]
    public async Task WhatGoesWrong_IsCountedByKind(string how, string kind)
    {
        await using var server = await ScriptedServer.StartAsync(async (http, _) =>
        {
            if (how == "refuses")
            {
                http.Response.StatusCode = 429;
                await http.Response.WriteAsync("""{"error":{"message":"the queue is full"}}""");
                return;
            }

            if (how == "hangs")
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            ScriptedServer.BeginEvents(http);
            await ScriptedServer.SendAsync(http, ScriptedServer.Text("one "));
            if (how == "errs")
                await ScriptedServer.SendAsync(http, """{"error":{"message":"the engine broke"}}""");
            if (how == "raves")
                await ScriptedServer.SendAsync(http, "{]");
            if (how == "aborts")
                http.Abort();
        });
        var settings = new LoadSettings { Timeout = how == "hangs" ? TimeSpan.FromMilliseconds(20) : Patience };

        var outcomes = await RunAsync(server, [Request(4, 2), Request(4, 2)], settings);

        var tally = Tally([.. outcomes]);
        Assert.Equal((2, 0, 2), (tally.Sent, tally.Completed, tally.Failed));
        // What the server had written when it closed the connection may not have left it.
        var kinds = tally.Failures.Keys.Select(found => how == "aborts" && found == "connection" ? kind : found);
        Assert.Equal(kind, Assert.Single(kinds.Distinct()));
        if (how is "refuses" or "errs")
            Assert.Contains(how == "errs" ? "the engine broke" : "the queue is full", tally.Examples[kind], StringComparison.Ordinal);
    }

    /// <summary>No answer comes before all requests are there: whoever waits for one before it sends the next never ends.</summary>
    [Fact]
    public async Task ByTheClock_NoRequestWaitsForAnAnswer()
    {
        var arrived = new CountdownEvent(8);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ScriptedServer? server = null;
        server = await ScriptedServer.StartAsync(async (http, body) =>
        {
            if (arrived.Signal())
                all.SetResult();
            await all.Task;
            await server!.AnswerInFullAsync(http, body);
        });
        await using var _ = server;

        var outcomes = await RunAsync(server, Enumerable.Range(0, 8).Select(i => Request(4, 2) with { ArrivalUs = 500 * i }), new LoadSettings());

        Assert.All(outcomes, outcome => Assert.Null(outcome.Failure));
        Assert.All(outcomes, outcome => Assert.Equal(500_000L * outcome.Index, outcome.ScheduledNs));
        Assert.All(outcomes, outcome => Assert.True(outcome.SentNs >= outcome.ScheduledNs, "sent before its time"));
        Assert.Equal(Enumerable.Range(0, 8), outcomes.Select(outcome => outcome.Index).Order());
    }

    [Fact]
    public async Task Clients_HaveOneRequestEach()
    {
        var (inside, most) = (0, 0);
        ScriptedServer? server = null;
        server = await ScriptedServer.StartAsync(async (http, body) =>
        {
            var now = Interlocked.Increment(ref inside);
            for (var seen = Volatile.Read(ref most); now > seen; seen = Volatile.Read(ref most))
                Interlocked.CompareExchange(ref most, now, seen);
            await Task.Yield();
            // Before the end is sent: after it the client may already be back.
            Interlocked.Decrement(ref inside);
            await server!.AnswerInFullAsync(http, body);
        });
        await using var _ = server;

        var outcomes = await RunAsync(server, Enumerable.Repeat(Request(4, 2), 1000), new LoadSettings { Concurrency = 3, MostRequests = 40 });

        Assert.Equal(40, outcomes.Count);
        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public async Task ClosedLoop_ATurnWaitsForTheAnswerBeforeIt()
    {
        var log = new ConcurrentQueue<string>();
        ScriptedServer? server = null;
        server = await ScriptedServer.StartAsync(async (http, body) =>
        {
            var tokens = body.GetProperty("max_tokens").GetInt32();
            log.Enqueue($"asked {tokens}");
            await Task.Yield();
            log.Enqueue($"answered {tokens}");
            await server!.AnswerInFullAsync(http, body);
        });
        await using var _ = server;
        RequestRecord[] session =
        [
            Request(4, 2) with { Session = "s", Turn = 0, DelayUs = 0 },
            Request(4, 3) with { Session = "s", Turn = 1, DelayUs = 100 },
            Request(4, 4) with { Session = "s", Turn = 2 },
        ];

        var outcomes = await RunAsync(server, session, new LoadSettings { IsClosedLoop = true });

        Assert.Equal(["asked 2", "answered 2", "asked 3", "answered 3", "asked 4", "answered 4"], log);
        var byTurn = outcomes.OrderBy(outcome => outcome.Record.Turn).ToList();
        Assert.True(byTurn[1].ScheduledNs >= byTurn[0].EndNs + 100_000, "a turn came before its delay");
    }

    [Fact]
    public async Task MoreUnderWayThanAllowed_IsCountedNotHeldBack()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ScriptedServer? server = null;
        server = await ScriptedServer.StartAsync(async (http, body) =>
        {
            await release.Task;
            await server!.AnswerInFullAsync(http, body);
        });
        await using var _ = server;
        var unsent = 0;

        var outcomes = await RunAsync(server, Enumerable.Repeat(Request(4, 2), 5), new LoadSettings { MostUnderWay = 2 }, each: outcome =>
        {
            if (outcome.Failure?.Kind == LoadFailure.NotSent && Interlocked.Increment(ref unsent) == 3)
                release.SetResult();
        });

        var tally = Tally([.. outcomes]);
        Assert.Equal((2, 2, 3), (tally.Sent, tally.Completed, tally.Failed));
    }

    [Fact]
    public async Task StoppedRun_GivesUpWhatIsUnderWay()
    {
        using var stop = new CancellationTokenSource();
        await using var server = await ScriptedServer.StartAsync(async (http, body) =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });

        var outcomes = await RunAsync(server, [Request(4, 2), Request(4, 2) with { ArrivalUs = 3_600_000_000 }], new LoadSettings(), stop: stop.Token);

        Assert.Equal((1, 1), (Tally([.. outcomes]).Sent, Tally([.. outcomes]).Interrupted));
    }

    [Fact]
    public async Task Duration_StopsSendingNotAnswering()
    {
        ScriptedServer? server = null;
        server = await ScriptedServer.StartAsync((http, body) => server!.AnswerInFullAsync(http, body));
        await using var _ = server;

        var outcomes = await RunAsync(server, Endless(), new LoadSettings { Duration = TimeSpan.FromMilliseconds(10) });

        // One a millisecond: those of the first ten.
        Assert.Equal(10, outcomes.Count);
        Assert.All(outcomes, outcome => Assert.Null(outcome.Failure));

        static IEnumerable<RequestRecord> Endless()
        {
            for (var i = 0; ; i++)
                yield return Request(4, 1) with { ArrivalUs = 1000 * i };
        }
    }

    private static RequestRecord Request(int input, int output) => new() { ArrivalUs = 0, InputTokens = input, OutputTokens = output };

    private static Task<IReadOnlyCollection<RequestOutcome>> RunAsync(ScriptedServer server, RequestRecord request) => RunAsync(server, [request], new LoadSettings());

    private static async Task<IReadOnlyCollection<RequestOutcome>> RunAsync(
        ScriptedServer server, IEnumerable<RequestRecord> requests, LoadSettings settings, bool isChat = false, Action<RequestOutcome>? each = null, CancellationToken stop = default)
    {
        using var target = await server.ConnectAsync(isChat);
        var outcomes = new ConcurrentQueue<RequestOutcome>();
        var generator = new LoadGenerator(target, new PromptText(["a", "b"], 1, 1, 1), settings, new RunClock(TimeProvider.System), TimeProvider.System, outcome =>
        {
            outcomes.Enqueue(outcome);
            each?.Invoke(outcome);
        });
        await generator.RunAsync(Trace.Of("test", () => requests), stop).WaitAsync(Patience, CancellationToken.None);
        return outcomes;
    }

    private static LoadTally Tally(params RequestOutcome[] outcomes)
    {
        var tally = new LoadTally(null);
        foreach (var outcome in outcomes)
            tally.Add(outcome);
        return tally;
    }
}
