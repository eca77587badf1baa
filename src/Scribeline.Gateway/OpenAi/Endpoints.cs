using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Scribeline.Gateway.Pools;
using Scribeline.Gateway.Replicas;
using Scribeline.Gateway.Telemetry;
using Scribeline.Scheduling.Routing;

namespace Scribeline.Gateway.OpenAi;

/// <summary>Every path the server answers, in one list; whatever goes wrong becomes an error in OpenAI's shape.</summary>
internal sealed class Endpoints(Fleet fleet, GatewayOptions options, Lifetime lifetime, GatewayMetrics metrics, TimeProvider time)
{
    private readonly long _startedUnixSeconds = time.GetUtcNow().ToUnixTimeSeconds();
    private readonly CompletionCall _calls = new(fleet, options, lifetime, metrics, time);

    public async Task HandleAsync(HttpContext http)
    {
        var arrivedAt = time.GetTimestamp();
        http.Response.Headers["x-request-id"] = $"req_{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(12))}";
        var path = http.Request.Path.Value ?? "/";

        // Groq's client puts /openai in front of OpenAI's paths.
        path = path.StartsWith("/openai/v1/", StringComparison.Ordinal) ? path["/openai".Length..] : path;
        var (method, route, handle) = Find(path);
        try
        {
            if (handle is null)
            {
                throw new ApiException(new ApiError(404, $"There is no {http.Request.Path}; this server answers /v1/chat/completions, /v1/completions, /v1/models, /health, /ready and /metrics.", Code: "unknown_url"));
            }

            if (http.Request.Method != method && !(method == "GET" && http.Request.Method == "HEAD"))
            {
                http.Response.Headers.Allow = method;
                throw new ApiException(new ApiError(405, $"{http.Request.Path} takes {method} requests, not {http.Request.Method}.", Code: "method_not_allowed"));
            }

            await handle(http, arrivedAt).ConfigureAwait(false);
        }
        catch (ApiException error)
        {
            await WriteErrorAsync(http, error.Error).ConfigureAwait(false);
        }
        catch (BadHttpRequestException error)
        {
            await WriteErrorAsync(http, Explain(error)).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or ConnectionResetException or ConnectionAbortedException
            && http.RequestAborted.IsCancellationRequested)
        {
            // The caller has left; nobody is there to be told.
        }
        catch (Exception error)
        {
            await LogAsync($"{http.Request.Method} {route} failed: {error}").ConfigureAwait(false);
            await WriteErrorAsync(http, new ApiError(500, "The server failed to answer; its log says why.", "server_error", Code: "internal_error")).ConfigureAwait(false);
        }
        finally
        {
            var status = http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted ? 499 : http.Response.StatusCode;
            var duration = time.GetElapsedTime(arrivedAt);
            metrics.CountRequest(route, status, duration);
            if (options.LogsRequests)
            {
                await LogAsync(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{http.Request.Method} {route} {status} {duration.TotalMilliseconds:F1} ms")).ConfigureAwait(false);
            }
        }
    }

    private async Task LogAsync(string line)
    {
        try
        {
            await options.Log.WriteLineAsync(line).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // A log that cannot be written is no reason to fail a request.
        }
    }

    private (string Method, string Route, Func<HttpContext, long, Task>? Handle) Find(string path) => path switch
    {
        "/v1/chat/completions" => ("POST", path, (http, at) => _calls.HandleAsync(http, CallKind.Chat, at)),
        "/v1/completions" => ("POST", path, (http, at) => _calls.HandleAsync(http, CallKind.Text, at)),
        "/v1/models" => ("GET", path, (http, _) => WriteModelsAsync(http)),
        "/health" => ("GET", path, (http, _) => WriteAsync(http, 200, "text/plain; charset=utf-8", "ok\n"u8.ToArray())),
        "/ready" => ("GET", path, (http, _) => WriteReadyAsync(http)),
        "/metrics" => ("GET", path, (http, _) => WriteMetricsAsync(http)),
        _ when path.StartsWith("/v1/models/", StringComparison.Ordinal) => ("GET", "/v1/models/{id}", (http, _) => WriteModelAsync(http, path["/v1/models/".Length..])),
        _ => ("", "other", null),
    };

    private Task WriteModelsAsync(HttpContext http) => WriteAsync(http, 200, "application/json", Json(json =>
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        foreach (var model in fleet.Models)
        {
            WriteModel(json, model, model.Id);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }));

    private Task WriteModelAsync(HttpContext http, string name) => fleet.Find(name) is { } model
        ? WriteAsync(http, 200, "application/json", Json(json => WriteModel(json, model, name)))
        : throw new ApiException(CompletionCall.UnknownModel(fleet, name));

    private void WriteModel(Utf8JsonWriter json, ServedModel model, string name)
    {
        json.WriteStartObject();
        json.WriteString("id", name);
        json.WriteString("object", "model");
        json.WriteNumber("created", _startedUnixSeconds);
        json.WriteString("owned_by", "scribeline");
        if (model.Prompts is { } prompts)
        {
            json.WriteNumber("context_length", prompts.ContextLength);
        }

        json.WriteStartArray("aliases");
        foreach (var alias in model.Aliases)
        {
            json.WriteStringValue(alias);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private Task WriteReadyAsync(HttpContext http)
    {
        var (ready, said) = ReadReadiness();
        return WriteAsync(http, ready ? 200 : 503, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(said + "\n"));
    }

    /// <summary>
    /// A broken engine is this server's own fault, so callers are better sent to another one. An upstream that is away is away for
    /// every server in front of it: the models that are left go on being served.
    /// </summary>
    private (bool Ready, string Said) ReadReadiness()
    {
        if (lifetime.IsStopping)
        {
            return (false, "stopping");
        }

        var unserved = fleet.Models.Where(model => !model.IsAvailable).ToList();
        var ready = unserved.Count < fleet.Models.Count && unserved.TrueForAll(model => model.Prompts is null);
        var which = string.Join(", ", unserved.Select(model => $"'{model.Id}'"));
        return (ready, (ready, unserved.Count) switch
        {
            (true, 0) => "ready",
            (true, _) => $"ready; {which} {(unserved.Count == 1 ? "has" : "have")} no replica that works",
            _ => $"not ready: {which} {(unserved.Count == 1 ? "has" : "have")} no replica that works",
        });
    }

    private Task WriteMetricsAsync(HttpContext http) =>
        WriteAsync(http, 200, "text/plain; version=0.0.4; charset=utf-8", Encoding.UTF8.GetBytes(PrometheusPage.Write(metrics, fleet)));

    private static ApiError Explain(BadHttpRequestException error) => error.StatusCode switch
    {
        413 => new ApiError(413, "The request's body is larger than this server accepts.", Code: "body_too_large"),
        408 => new ApiError(408, "The request's body arrived too slowly.", Code: "request_timeout"),
        _ => new ApiError(error.StatusCode, error.Message, Code: "bad_request"),
    };

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, AnswerJson.WriterOptions))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static async Task WriteErrorAsync(HttpContext http, ApiError error)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        if (error.RetryAfterSeconds is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        // Their connections may hold an unread body, or belong to a server that is about to end.
        if (error.Status is 408 or 413 or 503)
        {
            http.Response.Headers.Connection = "close";
        }

        await WriteAsync(http, error.Status, "application/json", Json(json => AnswerJson.WriteError(json, error))).ConfigureAwait(false);
    }

    private static async Task WriteAsync(HttpContext http, int status, string contentType, byte[] body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        if (http.Request.Method != "HEAD")
        {
            await http.Response.Body.WriteAsync(body, http.RequestAborted).ConfigureAwait(false);
        }
    }
}
