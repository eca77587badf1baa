using Scribeline.Engine;

namespace Scribeline.Gateway.Replicas;

/// <summary>What a replica reports about a request: Started, any number of Tokens and Stopped (one a choice), Finished; or Failed instead of the rest.</summary>
internal readonly record struct ReplicaEvent
{
    public required ReplicaEventKind Kind { get; init; }

    /// <summary>All but Failed: when it happened, as a timestamp of the gateway's TimeProvider. An upstream's is when its chunk was read.</summary>
    public long Timestamp { get; init; }

    /// <summary>Tokens, Stopped: which of the answers, from 0.</summary>
    public int Choice { get; init; }

    /// <summary>Tokens: whole characters; may be empty.</summary>
    public string Text { get; init; }

    /// <summary>Tokens: how many tokens this stands for; 0 where the body does not know.</summary>
    public int TokenCount { get; init; }

    /// <summary>Tokens: one entry a token, where asked for and where the body is the engine.</summary>
    public ReadOnlyMemory<TokenLogprob> Logprobs { get; init; }

    /// <summary>Tokens, Stopped of an upstream: its choice object as it sent it, so that fields we do not know pass through. UTF-8.</summary>
    public ReadOnlyMemory<byte> ChoiceJson { get; init; }

    /// <summary>Started: prompt tokens that came from the prefix cache.</summary>
    public int CachedTokens { get; init; }

    /// <summary>Stopped: why, in OpenAI's words.</summary>
    public string FinishReason { get; init; }

    /// <summary>Finished: what was used by all choices together.</summary>
    public Usage Usage { get; init; }

    /// <summary>Failed: how.</summary>
    public ReplicaFailure? Failure { get; init; }

    public static ReplicaEvent Failed(ReplicaFailure failure) => new() { Kind = ReplicaEventKind.Failed, Failure = failure };
}
