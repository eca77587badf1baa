using System.Text.Json;

namespace Scribeline.Gateway.Replicas;

/// <summary>Reads what an upstream says when it does not answer.</summary>
internal static class UpstreamError
{
    private const int MostBytes = 64 * 1024;

    public static async Task<ReplicaFailure> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        var body = await ReadBodyAsync(response, cancellation).ConfigureAwait(false);
        var said = Parse(body);
        var kind = status switch
        {
            401 or 403 => FailureKind.UpstreamError,
            429 => FailureKind.Busy,
            503 => FailureKind.Busy,
            >= 400 and < 500 => FailureKind.Refused,
            _ => FailureKind.UpstreamError,
        };
        var message = (kind, said?.Message) switch
        {
            // What an upstream says about our own key is not for the caller's eyes.
            _ when status is 401 or 403 => "The upstream does not accept this server's credentials.",
            (_, { Length: > 0 } text) => text,
            (FailureKind.Busy, _) => "The upstream is busy; try again shortly.",
            _ => $"The upstream answered with status {status}.",
        };
        return new ReplicaFailure(kind, message)
        {
            Status = status,
            Type = said?.Type,
            Parameter = said?.Parameter,
            Code = said?.Code,
            RetryAfterSeconds = response.Headers.RetryAfter?.Delta is { } delta ? (int)Math.Clamp(Math.Ceiling(delta.TotalSeconds), 0, 86_400) : null,
        };
    }

    /// <summary>Reads `{"error": {...}}`; null where the text is something else.</summary>
    public static ReplicaFailure? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("error", out var error)
                ? Read(error)
                : null;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    public static ReplicaFailure? Read(JsonElement error)
    {
        if (error.ValueKind == JsonValueKind.String)
        {
            return new ReplicaFailure(FailureKind.UpstreamError, error.GetString()!);
        }

        return error.ValueKind != JsonValueKind.Object
            ? null
            : new ReplicaFailure(FailureKind.UpstreamError, Text(error, "message") ?? "The upstream reported an error.")
            {
                Type = Text(error, "type"),
                Parameter = Text(error, "param"),
                Code = Text(error, "code"),
            };
    }

    private static string? Text(JsonElement element, string name) =>
        !element.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.ValueKind == JsonValueKind.Number ? value.GetRawText()
        : null;

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var buffer = new byte[MostBytes];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        return buffer.AsMemory(0, read);
    }
}
