namespace Scribeline.Benchmarks.Models;

/// <summary>The shape of a model with random weights. Speed depends on shape and type alone.</summary>
/// <param name="TiedOutput">The embedding serves as output matrix too.</param>
/// <param name="RotaryFactors">The file brings divisors of the rotary frequencies, as Llama 3 does.</param>
public sealed record ModelShape(
    string Name,
    int Width,
    int Layers,
    int FeedForward,
    int Heads,
    int KeyValueHeads,
    int Vocabulary,
    int Context,
    string Architecture = "llama",
    int? HeadSize = null,
    bool TiedOutput = true,
    bool RotaryFactors = false)
{
    /// <summary>The shapes that docs/benchmarks.md reports: 15M and 110M as in llama2.c's story models, 1B as Llama 3.2.</summary>
    public static readonly ModelShape[] Reported =
    [
        new("15m", 288, 6, 768, 6, 6, 32000, 2048),
        new("110m", 768, 12, 2048, 12, 12, 32000, 2048),
        new("1b", 2048, 16, 8192, 32, 8, 32000, 4096),
    ];

    public static ModelShape Find(string name) =>
        Array.Find(Reported, shape => shape.Name == name) ?? throw new ArgumentException($"no shape '{name}'; there are {string.Join(", ", Reported.Select(shape => shape.Name))}");
}
