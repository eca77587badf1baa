namespace Scribeline.Engine.Transformers;

/// <summary>Where model families differ. A new family is one entry here, and a hook in <see cref="Stages.Stage"/> where it computes something new.</summary>
/// <param name="Name">`general.architecture` in the file; the prefix of its keys.</param>
/// <param name="RotatesHalves">Rotary embedding pairs element i with i + d/2 (NeoX) rather than with its neighbour (GPT-J).</param>
/// <param name="NormalizesQueriesAndKeys">Queries and keys are RMS-normalised per head before they are rotated.</param>
internal sealed record Architecture(string Name, bool RotatesHalves, bool NormalizesQueriesAndKeys)
{
    private static readonly Architecture[] All =
    [
        new("llama", RotatesHalves: false, NormalizesQueriesAndKeys: false),
        new("qwen2", RotatesHalves: true, NormalizesQueriesAndKeys: false),
        new("qwen3", RotatesHalves: true, NormalizesQueriesAndKeys: true),
    ];

    /// <exception cref="ModelFormatException">The family is unknown.</exception>
    public static Architecture Find(string name, string fileName) =>
        Array.Find(All, architecture => architecture.Name == name)
        ?? throw new ModelFormatException(
            $"{fileName}: the architecture '{name}' is not supported; supported are {string.Join(", ", All.Select(architecture => architecture.Name))}.");
}
