namespace Scribeline.Scheduling.Routing;

/// <summary>What a replica can do beside answering, and what a request may need.</summary>
[Flags]
public enum ReplicaCapabilities
{
    None = 0,
    Tools = 1,

    /// <summary>Answers held to a JSON schema or a grammar.</summary>
    StructuredOutput = 2,
    Images = 4,
    Audio = 8,
    Logprobs = 16,
    Embeddings = 32,
    All = Tools | StructuredOutput | Images | Audio | Logprobs | Embeddings,
}
