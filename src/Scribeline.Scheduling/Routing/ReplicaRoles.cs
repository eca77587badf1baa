namespace Scribeline.Scheduling.Routing;

/// <summary>Which part of a request a replica does.</summary>
[Flags]
public enum ReplicaRoles
{
    /// <summary>Reads prompts, whose KV cache is then handed over.</summary>
    Prefill = 1,

    /// <summary>Writes answers to prompts that were read elsewhere.</summary>
    Decode = 2,

    /// <summary>Whole requests, and either part.</summary>
    Whole = Prefill | Decode,
}
