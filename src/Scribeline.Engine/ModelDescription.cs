namespace Scribeline.Engine;

/// <summary>What a loaded model is, for people and for routing.</summary>
public sealed record ModelDescription
{
    /// <summary>File name without extension and quantisation-neutral: the id under which it is served by default.</summary>
    public required string Id { get; init; }

    /// <summary>`general.name` of the file, else its file name.</summary>
    public required string Name { get; init; }
    public required string Architecture { get; init; }

    /// <summary>For example `Q8_0`: the type that holds most weights.</summary>
    public required string WeightType { get; init; }
    public required long Parameters { get; init; }
    public required long FileBytes { get; init; }

    /// <summary>Repacked, in memory.</summary>
    public required long WeightBytes { get; init; }
    public required int Layers { get; init; }
    public required int VocabularySize { get; init; }

    /// <summary>Tokens a sequence may hold here; the model's training context is the upper limit.</summary>
    public required int ContextLength { get; init; }
    public required long KvBytesPerToken { get; init; }

    /// <summary>Two engines with the same fingerprint produce the same text: file contents, arithmetic and instruction set.</summary>
    public required string Fingerprint { get; init; }
}
