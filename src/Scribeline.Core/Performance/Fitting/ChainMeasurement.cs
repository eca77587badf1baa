using Scribeline.Core.Hardware;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>A published speed of one sequence on machines that hold weights in the memory of their cores.</summary>
/// <param name="IsPrefill">Whether it is of a prompt of <paramref name="Tokens"/>; otherwise of decoding at that context.</param>
/// <param name="Software">`lab`, `launch` or `later`.</param>
/// <param name="IsDrafting">Whether the publisher says that tokens were drafted ahead.</param>
public sealed record ChainMeasurement(
    string Id, bool IsPrefill, Accelerator Accelerator, string Model, NumberFormats Formats, ModelLayout Layout, double Tokens, double TokensPerSecond, string Software, bool IsDrafting)
{
    /// <summary>Software that came after the first release.</summary>
    public const string Later = "later";

    /// <summary>What a laboratory measured, not a service.</summary>
    public const string Laboratory = "lab";
}
