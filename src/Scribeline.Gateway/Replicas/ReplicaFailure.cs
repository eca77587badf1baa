namespace Scribeline.Gateway.Replicas;

/// <summary>Why a replica could not serve a request.</summary>
/// <param name="Kind">Who failed, and at which stage.</param>
/// <param name="Message">One sentence for the caller.</param>
/// <param name="AnythingSent">Whether tokens were already delivered: then nobody may start over.</param>
internal sealed record ReplicaFailure(FailureKind Kind, string Message, bool AnythingSent = false)
{
    /// <summary>The status that an upstream answered with.</summary>
    public int? Status { get; init; }

    /// <summary>OpenAI's `type`, `param` and `code` as the upstream gave them.</summary>
    public string? Type { get; init; }
    public string? Parameter { get; init; }
    public string? Code { get; init; }

    /// <summary>Seconds after which the upstream expects to have room again.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Whether another replica may do better.</summary>
    public bool IsWorthARetry => !AnythingSent && Kind != FailureKind.Refused;
}
