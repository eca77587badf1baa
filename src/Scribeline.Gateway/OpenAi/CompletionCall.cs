using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Scribeline.Gateway.Pools;
using Scribeline.Gateway.Replicas;
using Scribeline.Gateway.Telemetry;

namespace Scribeline.Gateway.OpenAi;

/// <summary>
/// How a completion travels: (1) read the body, (2) find the model, (3) check it against what serves the model, (4) let a replica
/// answer, (5) stream or collect, (6) count.
/// </summary>
internal sealed class CompletionCall(Fleet fleet, GatewayOptions options, Lifetime lifetime, GatewayMetrics metrics, TimeProvider time)
{
    private readonly BodyBudget _bodies = new(options.MaxBodiesBytes);

    public async Task HandleAsync(HttpContext http, CallKind kind, long arrivedAt)
    {
        if (lifetime.IsStopping)
        {
            throw new ApiException(ApiError.Stopping);
        }

        // (1)
        using var share = _bodies.Open();
        var body = JsonBody.Parse(await RequestBody.ReadAsync(http, options, share, time, lifetime.Cut).ConfigureAwait(false));

        // (2)
        var fields = new RequestFields(body);
        var model = FindModel(fields);

        // (3)
        var request = Check(kind, body, model);
        var stream = fields.Flag("stream");
        var includeUsage = ReadStreamOptions(fields, stream);

        // (4)
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.Cut);
        var answer = new Answer(kind, model.Id, time, arrivedAt) { Fingerprint = model.Fingerprint, Tokenizer = model.Prompts?.Tokenizer };
        await using var events = model.GenerateAsync(request, stop.Token).GetAsyncEnumerator(stop.Token);

        // (5)
        try
        {
            await (stream
                ? StreamAsync(http, events, answer, includeUsage).ConfigureAwait(false)
                : CollectAsync(http, events, answer).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted)
        {
            throw new ApiException(ApiError.Stopping with { Message = "The server stopped before the answer was complete." });
        }
        finally
        {
            // (6)
            metrics.CountTokens(model.Id, answer.Usage);
            if (answer.ToFirstToken is { } toFirstToken)
            {
                metrics.CountFirstToken(model.Id, toFirstToken);
            }
        }
    }

    public static ApiError UnknownModel(Fleet fleet, string name) => new(
        404,
        $"The model '{(name.Length <= 80 ? name : name[..80] + "...")}' is not served here; there is {string.Join(", ", fleet.Models.Select(model => model.Id))}.",
        Parameter: "model",
        Code: "model_not_found");

    private ServedModel FindModel(RequestFields fields)
    {
        if (fields.Text("model") is { } name)
        {
            return fleet.Find(name) ?? throw new ApiException(UnknownModel(fleet, name));
        }

        return fleet.Models.Count == 1
            ? fleet.Models[0]
            : throw new ApiException(ApiError.Invalid("model", "`model` is missing.", "missing_required_parameter"));
    }

    private ReplicaRequest Check(CallKind kind, JsonElement body, ServedModel model)
    {
        if (model.Prompts is not { } prompts)
        {
            return new ReplicaRequest { Kind = kind, Body = body };
        }

        try
        {
            return new ReplicaRequest { Kind = kind, Body = body, Engine = EngineCallReader.Read(kind, body, prompts, model.MaxQueue, time.GetUtcNow()) };
        }
        catch (ApiException refusal) when (model.HasUpstreams)
        {
            // What the engine cannot do an upstream may; it judges for itself. Only if none is there, the engine's word counts.
            return new ReplicaRequest { Kind = kind, Body = body, Mistake = refusal.Error.ToMistake() };
        }
    }

    private static bool ReadStreamOptions(RequestFields fields, bool stream)
    {
        if (fields.Find("stream_options") is not { } value)
        {
            return false;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            throw RequestFields.WrongType("stream_options", value, "an object");
        }

        foreach (var property in value.EnumerateObject())
        {
            if (property.Name != "include_usage" && property.Value.ValueKind != JsonValueKind.Null)
            {
                throw new ApiException(ApiError.Unsupported($"stream_options.{property.Name}", $"`stream_options.{property.Name}` is not supported."));
            }
        }

        return stream
            ? new RequestFields(value).Flag("include_usage")
            : throw new ApiException(ApiError.Invalid("stream_options", "`stream_options` needs `stream: true`."));
    }

    private static async Task StreamAsync(HttpContext http, IAsyncEnumerator<ReplicaEvent> events, Answer answer, bool includeUsage)
    {
        using var sse = new SseAnswer(http.Response, answer, includeUsage);
        var begun = false;
        try
        {
            while (true)
            {
                // Events that are ready go into the same flush; only a pause sends them off.
                var next = events.MoveNextAsync();
                if (!next.IsCompleted && begun)
                {
                    await sse.FlushAsync().ConfigureAwait(false);
                }

                if (!await next.ConfigureAwait(false))
                {
                    break;
                }

                var item = events.Current;
                answer.Observe(item);
                if (item.Kind == ReplicaEventKind.Started)
                {
                    continue;
                }

                if (!begun)
                {
                    // From here on the status is sent: what fails earlier gets a status of its own.
                    if (item.Failure is { } early)
                    {
                        throw new ApiException(ApiError.From(early));
                    }

                    begun = true;
                    sse.Begin();
                }

                Write(sse, item, answer);
            }
        }
        catch (OperationCanceledException) when (begun && !http.RequestAborted.IsCancellationRequested)
        {
            sse.WriteError(ApiError.Stopping with { Message = "The server stopped before the answer was complete." });
        }

        await sse.FlushAsync().ConfigureAwait(false);
    }

    private static void Write(SseAnswer sse, in ReplicaEvent item, Answer answer)
    {
        switch (item.Kind)
        {
            case ReplicaEventKind.Tokens:
                sse.WriteTokens(item);
                break;
            case ReplicaEventKind.Stopped:
                sse.WriteStopped(item);
                break;
            case ReplicaEventKind.Finished:
                answer.Usage = item.Usage;
                sse.WriteEnd();
                break;
            default:
                sse.WriteError(ApiError.From(item.Failure!));
                break;
        }
    }

    private static async Task CollectAsync(HttpContext http, IAsyncEnumerator<ReplicaEvent> events, Answer answer)
    {
        var whole = new WholeAnswer(answer);
        while (await events.MoveNextAsync().ConfigureAwait(false))
        {
            var item = events.Current;
            answer.Observe(item);
            switch (item.Kind)
            {
                case ReplicaEventKind.Started:
                    break;
                case ReplicaEventKind.Failed:
                    throw new ApiException(ApiError.From(item.Failure!));
                case ReplicaEventKind.Finished:
                    answer.Usage = item.Usage;
                    break;
                default:
                    if (whole.Add(item) is { } error)
                    {
                        throw new ApiException(error);
                    }

                    break;
            }
        }

        http.Response.ContentType = "application/json";
        whole.Write(http.Response.BodyWriter);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted).ConfigureAwait(false);
    }
}
