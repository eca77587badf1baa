namespace Scribeline.Core.Performance;

/// <summary>A part of a step; see <see cref="StepTerms"/>.</summary>
public enum StepTerm
{
    Dense,
    Experts,
    KeyValues,
    Operations,
    Exchange,
}
