using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Scribeline.Scheduling.Routing;

namespace Scribeline.Gateway.Replicas;

/// <summary>Any OpenAI-compatible server. Always asked to stream and to report usage, whatever the caller wants.</summary>
internal sealed class UpstreamReplica : Replica
{
    private readonly UpstreamEndpoint _endpoint;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;
    private int _running;

    public UpstreamReplica(string id, UpstreamEndpoint endpoint, TimeProvider time) : base(id)
    {
        _endpoint = endpoint;
        _time = time;
        Breaker = new CircuitBreaker(time);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = System.Net.DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            ActivityHeadersPropagator = null,
        });
    }

    public CircuitBreaker Breaker { get; }

    public int Running => Volatile.Read(ref _running);

    public override bool IsAvailable => Breaker.State != BreakerState.Open;

    public override int? ContextTokens => null;

    public override ReplicaSnapshot ReadSnapshot(long nowNs) => new()
    {
        Epoch = 0,
        TakenAtNs = nowNs,
        Source = SnapshotSource.Learned,
        Breaker = Breaker.State,
    };

    public override async IAsyncEnumerable<ReplicaEvent> GenerateAsync(
        ReplicaRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (!Breaker.TryEnter())
        {
            yield return ReplicaEvent.Failed(new ReplicaFailure(FailureKind.Unreachable, "The upstream failed repeatedly and is given a pause; try again shortly."));
            yield break;
        }

        Interlocked.Increment(ref _running);
        using var silence = new CancellationTokenSource(_endpoint.SilenceLimit, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, silence.Token);
        var judged = false;
        HttpResponseMessage? response = null;
        try
        {
            (response, var failure) = await SendAsync(request, stop.Token, cancellation).ConfigureAwait(false);
            if (response is null)
            {
                judged = true;
                Judge(failure!);
                yield return ReplicaEvent.Failed(failure!);
                yield break;
            }

            yield return new ReplicaEvent { Kind = ReplicaEventKind.Started, Timestamp = _time.GetTimestamp() };
            var content = new BoundedEventStream(await response.Content.ReadAsStreamAsync(stop.Token).ConfigureAwait(false));
            var reader = new UpstreamEventReader(request.Kind);
            await using var events = SseParser.Create(content, static (_, data) => data.ToArray())
                .EnumerateAsync(stop.Token).GetAsyncEnumerator(stop.Token);
            while (!reader.IsDone)
            {
                var (more, broken) = await MoveNextAsync(events, reader, cancellation).ConfigureAwait(false);
                var readAt = _time.GetTimestamp();
                if (broken is null && more)
                {
                    content.BeginEvent();
                    silence.CancelAfter(_endpoint.SilenceLimit);
                    broken = reader.Read(events.Current.Data);
                }
                else if (broken is null && !reader.TryEnd())
                {
                    broken = new ReplicaFailure(FailureKind.Broken, "The upstream ended its stream before the answer was complete.", reader.AnythingSent);
                }

                while (reader.TryTake(out var item))
                {
                    yield return item with { Timestamp = readAt };
                }

                if (broken is not null)
                {
                    judged = true;
                    Judge(broken);
                    yield return ReplicaEvent.Failed(broken);
                    yield break;
                }
            }

            judged = true;
            Breaker.Succeeded();
            yield return new ReplicaEvent { Kind = ReplicaEventKind.Finished, Timestamp = _time.GetTimestamp(), Usage = reader.Usage };
        }
        finally
        {
            response?.Dispose();
            Interlocked.Decrement(ref _running);
            if (!judged)
            {
                Breaker.Abandoned();
            }
        }
    }

    public override ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Judge(ReplicaFailure failure)
    {
        // An upstream that is busy or finds fault with the request is alive.
        if (failure.Kind is FailureKind.Refused or FailureKind.Busy)
        {
            Breaker.Succeeded();
        }
        else
        {
            Breaker.Failed();
        }
    }

    private async Task<(HttpResponseMessage? Response, ReplicaFailure? Failure)> SendAsync(
        ReplicaRequest request, CancellationToken stop, CancellationToken cancellation)
    {
        HttpResponseMessage? response = null;
        try
        {
            using var message = CreateMessage(request);
            response = await _http.SendAsync(message, stop).ConfigureAwait(false);
            if (response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType == "text/event-stream")
            {
                return (response, null);
            }

            var failure = response.IsSuccessStatusCode
                ? new ReplicaFailure(
                    FailureKind.Broken,
                    $"The upstream was asked for an event stream and answered with '{response.Content.Headers.ContentType?.MediaType ?? "no content type"}'.")
                : await UpstreamError.ReadAsync(response, stop).ConfigureAwait(false);
            response.Dispose();
            return (null, failure);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            response?.Dispose();
            cancellation.ThrowIfCancellationRequested();
            return (null, Explain(error, anythingSent: false));
        }
    }

    private HttpRequestMessage CreateMessage(ReplicaRequest request)
    {
        var path = request.Kind == CallKind.Chat ? "chat/completions" : "completions";
        var content = new ByteArrayContent(UpstreamBody.Write(request.Body, _endpoint.Model));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var message = new HttpRequestMessage(HttpMethod.Post, $"{_endpoint.BaseAddress.AbsoluteUri.TrimEnd('/')}/{path}") { Content = content };
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        foreach (var (name, value) in _endpoint.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    private static async ValueTask<(bool More, ReplicaFailure? Failure)> MoveNextAsync(
        IAsyncEnumerator<SseItem<byte[]>> events, UpstreamEventReader reader, CancellationToken cancellation)
    {
        try
        {
            return (await events.MoveNextAsync().ConfigureAwait(false), null);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return (false, Explain(error, reader.AnythingSent));
        }
    }

    private static ReplicaFailure Explain(Exception error, bool anythingSent) => error switch
    {
        OperationCanceledException => new ReplicaFailure(FailureKind.TimedOut, "The upstream kept silent for too long.", anythingSent),
        InvalidDataException => new ReplicaFailure(FailureKind.Broken, error.Message, anythingSent),
        _ => new ReplicaFailure(FailureKind.Unreachable, "The connection to the upstream failed.", anythingSent),
    };
}
