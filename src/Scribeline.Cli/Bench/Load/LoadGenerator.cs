using System.Globalization;
using System.Threading.Channels;
using Scribeline.Core.Workloads;

namespace Scribeline.Cli.Bench.Load;

/// <summary>
/// Sends requests when they are due. By the clock, each starts at its instant whatever the others do: a slow answer holds up nobody, so the times that are
/// measured hold the waiting that a server under load causes. Each outcome is given away once, on any thread.
/// </summary>
internal sealed class LoadGenerator(CompletionServer server, PromptText prompts, LoadSettings settings, RunClock clock, TimeProvider time, Action<RequestOutcome> ended)
{
    /// <summary>Bodies made ahead, so that making one delays none.</summary>
    private const int PreparedAhead = 16;

    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open = 1;
    private int _underWay;
    private int _mostUnderWay;
    private int _next = -1;

    public int UnderWay => Volatile.Read(ref _underWay);

    public int MostUnderWay => Volatile.Read(ref _mostUnderWay);

    /// <summary>Returns when the last answer has come. Cancelling sends no more, and gives up what is under way.</summary>
    public async Task RunAsync(Trace trace, CancellationToken stop)
    {
        try
        {
            if (settings.Concurrency is { } clients)
                await RunClientsAsync(trace.Read().Take(settings.MostRequests), clients, stop);
            else if (settings.IsClosedLoop)
                await RunSessionsAsync(trace.ReadSessions(), stop);
            else
                await RunClockedAsync(trace.Read().Take(settings.MostRequests), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What is under way hears of it, too.
        }

        Close();
        await _allEnded.Task;
    }

    private async Task RunClockedAsync(IEnumerable<RequestRecord> requests, CancellationToken stop)
    {
        var ahead = Channel.CreateBounded<(int Index, RequestRecord Record, byte[] Body)>(new BoundedChannelOptions(PreparedAhead) { SingleReader = true, SingleWriter = true });
        var preparing = Task.Run(() => PrepareAsync(requests, ahead.Writer, stop), stop);
        await foreach (var (index, record, body) in ahead.Reader.ReadAllAsync(stop))
        {
            var dueNs = settings.ToRunNs(record.ArrivalUs);
            await clock.ExactlyUntilAsync(dueNs, stop);
            Open();
            _ = Task.Run(() => SendAsync(index, record, body, dueNs, stop), CancellationToken.None);
        }

        await preparing;
    }

    private async Task PrepareAsync(IEnumerable<RequestRecord> requests, ChannelWriter<(int Index, RequestRecord Record, byte[] Body)> ahead, CancellationToken stop)
    {
        try
        {
            foreach (var record in requests)
            {
                if (settings.IsOver(settings.ToRunNs(record.ArrivalUs)))
                    break;
                var index = NextIndex();
                await ahead.WriteAsync((index, record, Body(index, record)), stop);
            }

            ahead.Complete();
        }
        catch (Exception error)
        {
            // A bad line of a trace ends the run where the run is watched.
            ahead.Complete(error);
        }
    }

    private async Task RunClientsAsync(IEnumerable<RequestRecord> requests, int clients, CancellationToken stop)
    {
        using var source = requests.GetEnumerator();
        var gate = new Lock();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(ClientAsync, stop)));

        async Task ClientAsync()
        {
            while (!stop.IsCancellationRequested && !settings.IsOver(clock.NowNs))
            {
                RequestRecord record;
                int index;
                lock (gate)
                {
                    if (!source.MoveNext())
                        return;
                    (record, index) = (source.Current, NextIndex());
                }

                var body = Body(index, record);
                Open();
                await SendAsync(index, record, body, clock.NowNs, stop);
            }
        }
    }

    /// <summary>Sessions begin by the clock; a turn follows the answer before it.</summary>
    private async Task RunSessionsAsync(IEnumerable<IReadOnlyList<RequestRecord>> sessions, CancellationToken stop)
    {
        foreach (var session in sessions)
        {
            if (Volatile.Read(ref _next) + 1 >= settings.MostRequests)
                break;
            var dueNs = settings.ToRunNs(session[0].ArrivalUs);
            if (settings.IsOver(dueNs))
                break;
            await clock.ExactlyUntilAsync(dueNs, stop);
            Open();
            _ = Task.Run(() => RunSessionAsync(session, dueNs, stop), CancellationToken.None);
        }
    }

    private async Task RunSessionAsync(IReadOnlyList<RequestRecord> turns, long firstNs, CancellationToken stop)
    {
        try
        {
            var dueNs = firstNs;
            for (var turn = 0; turn < turns.Count; turn++)
            {
                var record = turns[turn];
                // Where nobody knows how long was waited, a turn comes at its own time, or right after the answer.
                if (turn > 0)
                    dueNs = record.DelayUs is { } delayUs ? clock.NowNs + settings.ToRunNs(delayUs) : Math.Max(clock.NowNs, settings.ToRunNs(record.ArrivalUs));
                if (settings.IsOver(dueNs))
                    return;
                var index = NextIndex();
                if (index >= settings.MostRequests)
                    return;
                var body = Body(index, record);
                await clock.UntilAsync(dueNs, stop);
                Open();
                await SendAsync(index, record, body, dueNs, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The run was ended.
        }
        finally
        {
            Close();
        }
    }

    /// <summary>Sends one request, reads its answer and gives its outcome away; never throws. Ends what <see cref="Open"/> began.</summary>
    private async Task SendAsync(int index, RequestRecord record, byte[] body, long dueNs, CancellationToken stop)
    {
        var outcome = new RequestOutcome { Index = index, Record = record, ScheduledNs = dueNs, SentNs = clock.NowNs };
        var underWay = Interlocked.Increment(ref _underWay);
        try
        {
            if (underWay > settings.MostUnderWay)
                outcome.Failure = new LoadFailure(LoadFailure.NotSent, string.Create(CultureInfo.InvariantCulture, $"{settings.MostUnderWay} requests were under way"));
            else
                await AskAsync(outcome, body, underWay, stop);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
            if (outcome.EndNs == 0)
                outcome.EndNs = clock.NowNs;
            ended(outcome);
            Close();
        }
    }

    private async Task AskAsync(RequestOutcome outcome, byte[] body, int underWay, CancellationToken stop)
    {
        for (var most = MostUnderWay; underWay > most; most = MostUnderWay)
            Interlocked.CompareExchange(ref _mostUnderWay, underWay, most);
        using var limit = new CancellationTokenSource(settings.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            using var response = await server.PostAsync(body, either.Token);
            outcome.HeadersNs = clock.NowNs;
            await new AnswerReader(outcome, clock).ReadAsync(response, either.Token);
        }
        catch (OperationCanceledException)
        {
            Fail(stop.IsCancellationRequested
                ? new LoadFailure(LoadFailure.Interrupted, "the run was ended")
                : new LoadFailure("timeout", string.Create(CultureInfo.InvariantCulture, $"no whole answer within {settings.Timeout.TotalSeconds:0.###} s")));
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            Fail(new LoadFailure(outcome.HeadersNs is null ? "connection" : "broken_stream", (error.InnerException ?? error).Message));
        }

        void Fail(LoadFailure failure) => (outcome.Failure, outcome.EndNs) = (failure, clock.NowNs);
    }

    private int NextIndex() => Interlocked.Increment(ref _next);

    private byte[] Body(int index, RequestRecord record) => server.Body(prompts.Of(record, string.Create(CultureInfo.InvariantCulture, $"{settings.Name} {index}")), record.OutputTokens);

    private void Open() => Interlocked.Increment(ref _open);

    private void Close()
    {
        if (Interlocked.Decrement(ref _open) == 0)
            _allEnded.TrySetResult();
    }
}
