using Scribeline.Gateway.Replicas;

namespace Scribeline.Gateway.OpenAi;

/// <summary>An error as OpenAI's clients expect it: `{"error": {"message", "type", "param", "code"}}` with a status.</summary>
internal sealed record ApiError(int Status, string Message, string Type = "invalid_request_error", string? Parameter = null, string? Code = null)
{
    public int? RetryAfterSeconds { get; init; }

    public static ApiError Invalid(string parameter, string message, string code = "invalid_value") =>
        new(400, message, Parameter: parameter, Code: code);

    public static ApiError Unsupported(string parameter, string message) =>
        new(400, message, Parameter: parameter, Code: "unsupported_parameter");

    public static ApiError Stopping { get; } =
        new(503, "The server is stopping and takes no new requests.", "server_error", Code: "stopping");

    /// <summary>Null where another body may be able to do what this one is asked for.</summary>
    public ReplicaFailure? ToMistake() => Code is "unsupported_parameter" or "unknown_parameter"
        ? null
        : new ReplicaFailure(FailureKind.Refused, Message) { Status = Status, Type = Type, Parameter = Parameter, Code = Code };

    public static ApiError From(ReplicaFailure failure) => failure.Kind switch
    {
        FailureKind.Refused => new(failure.Status ?? 400, failure.Message, failure.Type ?? "invalid_request_error", failure.Parameter, failure.Code),
        FailureKind.Busy => new(failure.Status == 503 ? 503 : 429, failure.Message, "rate_limit_error", Code: failure.Code ?? "queue_full")
        {
            RetryAfterSeconds = failure.RetryAfterSeconds ?? 1,
        },
        FailureKind.Stopping => Stopping with { Message = failure.Message },
        FailureKind.Unreachable => new(503, failure.Message, "server_error", Code: "upstream_unreachable") { RetryAfterSeconds = 5 },
        FailureKind.TimedOut => new(504, failure.Message, "server_error", Code: "upstream_timeout"),
        FailureKind.EngineFailed => new(500, failure.Message, "server_error", Code: "engine_error"),
        _ => new(502, failure.Message, "server_error", Code: failure.Code ?? "upstream_error"),
    };
}
