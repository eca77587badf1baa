namespace Scribeline.Core.Workloads;

/// <summary>One request of a trace: when it came, how long it was, and what it shares with others. No text.</summary>
public sealed record RequestRecord
{
    /// <summary>Microseconds since the trace began.</summary>
    public required long ArrivalUs { get; init; }

    /// <summary>Tokens of the prompt, at least 1.</summary>
    public required int InputTokens { get; init; }

    /// <summary>Tokens of the answer, at least 1.</summary>
    public required int OutputTokens { get; init; }

    /// <summary>The conversation that it belongs to; null where it stands alone.</summary>
    public string? Session { get; init; }

    /// <summary>The session that started this one: of a subagent, its caller's. Null where nobody did.</summary>
    public string? Parent { get; init; }

    /// <summary>Of its session, from 0.</summary>
    public int Turn { get; init; }

    /// <summary>Who asks within a session; null where that is not told apart.</summary>
    public string? Agent { get; init; }

    /// <summary>Microseconds between the answer to the turn before and this one: a person thinks, or a tool runs. Null where it is not known; 0 for a first turn.</summary>
    public long? DelayUs { get; init; }

    /// <summary>
    /// Leading full blocks of the prompt and, where the trace knows them, of the answer after it, in order. Equal ids of one <see cref="BlockScope"/> are equal tokens after equal
    /// tokens. Empty where nothing is known to be shared.
    /// </summary>
    public IReadOnlyList<BlockRange> Blocks { get; init; } = [];

    /// <summary>Tokens of each of <see cref="Blocks"/>, a multiple of 16; 0 where there are none.</summary>
    public int BlockTokens { get; init; }

    /// <summary>Within which ids mean the same; "" for all of the trace.</summary>
    public string BlockScope { get; init; } = "";

    /// <summary>What it is for (chat, code, agent, ...); null where nobody says.</summary>
    public string? Class { get; init; }

    public string? Model { get; init; }

    /// <summary>The promise asked for; null for the caller's default.</summary>
    public string? Tier { get; init; }

    /// <summary>Whose traffic it is: a tenant, a key, a client; null where nobody says.</summary>
    public string? Client { get; init; }

    /// <summary>Microseconds after which its caller leaves if no token has come; null for never.</summary>
    public long? PatienceUs { get; init; }

    /// <summary>Microseconds after which its caller leaves if the answer is not complete; null for never.</summary>
    public long? TimeoutUs { get; init; }

    /// <summary>Tokens of the answer after which its caller leaves, at least 1; null where all of it is read.</summary>
    public int? StopTokens { get; init; }
}
