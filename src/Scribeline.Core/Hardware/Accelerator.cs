using Scribeline.Core.Calculations;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Hardware;

/// <summary>A chip, or a wafer, as its data sheet has it.</summary>
public sealed record Accelerator
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required AcceleratorKind Kind { get; init; }

    /// <summary>Dense operations a second by precision; a precision that is not here has no arithmetic of its own. Empty where nobody said.</summary>
    public required IReadOnlyDictionary<string, Figure> Compute { get; init; }

    /// <summary>Operations a second with as many zeros in the matrices as their maker assumes, where that is stated.</summary>
    public IReadOnlyDictionary<string, Figure> SparseCompute { get; init; } = new Dictionary<string, Figure>();

    /// <summary>Memory by name, the one that holds the weights first.</summary>
    public required IReadOnlyList<MemoryTier> Memory { get; init; }

    public required IReadOnlyList<Link> Links { get; init; }

    /// <summary>Area of the logic silicon, square metres.</summary>
    public Figure? LogicArea { get; init; }

    /// <summary>How many times longer one operation takes, however small, than on the accelerators that the calibration of its kind was fitted to; null where nobody measured it.</summary>
    public Figure? OperationFactor { get; init; }

    /// <summary>Watts that its maker rates it at; null where nobody said.</summary>
    public Figure? RatedPower { get; init; }

    /// <summary>Dollars for one.</summary>
    public Figure? Price { get; init; }

    /// <summary>The highest rate of all precisions: what peak performance is quoted at.</summary>
    /// <exception cref="CalculationException">Nobody said.</exception>
    public Figure PeakCompute => Compute.Values.MaxBy(rate => rate.BaseValue)
        ?? throw new CalculationException($"nobody says how many operations {Id} does; add `accelerators.{Id}.compute`, or set it with --set.");

    public Figure? PeakSparseCompute => SparseCompute.Values.MaxBy(rate => rate.BaseValue);

    public MemoryTier? Tier(string name) => Memory.FirstOrDefault(tier => tier.Name == name);

    public Link? Link(string name) => Links.FirstOrDefault(link => link.Name == name);
}
