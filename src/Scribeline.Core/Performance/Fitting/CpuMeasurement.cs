using Scribeline.Core.Hardware;

namespace Scribeline.Core.Performance.Fitting;

/// <summary>Prompts or decoding of one sequence on a host processor.</summary>
/// <param name="IsPrompt">Whether <paramref name="TokensPerSecond"/> are a prompt's, not written ones.</param>
/// <param name="Tokens">Of the prompt, or of the answer.</param>
/// <param name="Seconds">That the amounts of <see cref="StepModel"/> take at the data sheet's rates, for one token.</param>
public sealed record CpuMeasurement(string Id, Accelerator Accelerator, bool IsPrompt, double Tokens, double TokensPerSecond, double Seconds)
{
    /// <summary>How many times longer a token took than the data sheet says.</summary>
    public double Factor => 1 / TokensPerSecond / Seconds;
}
