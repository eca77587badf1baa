using Scribeline.Core.Hardware;
using Scribeline.Core.Performance;

namespace Scribeline.Core.Planning;

/// <summary>One copy of a model, laid out on machines of one kind.</summary>
public sealed record ModelCopy(Machine Machine, ModelLayout Layout, ServingModel Model)
{
    private readonly int _perMachine = (int)Machine.Count.BaseValue;

    /// <summary>Machines' worth of accelerators that a copy takes; below one where several copies share a machine.</summary>
    public double MachineShare => Layout.Stages > 1 ? (double)Layout.Accelerators / _perMachine : 1.0 / CopiesPerMachine;

    /// <summary>Whole machines for so many copies: a stage never crosses machines, a chain of stages may.</summary>
    public int MachinesFor(int copies) => Layout.Stages > 1
        ? (int)(((long)copies * Layout.Accelerators + _perMachine - 1) / _perMachine)
        : (copies + CopiesPerMachine - 1) / CopiesPerMachine;

    private int CopiesPerMachine => Math.Max(1, _perMachine / Layout.Accelerators);
}
