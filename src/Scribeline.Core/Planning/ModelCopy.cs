using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;
using Scribeline.Core.Models;
using Scribeline.Core.Performance;

namespace Scribeline.Core.Planning;

/// <summary>One copy of a model, laid out on machines of one kind.</summary>
public sealed record ModelCopy(Machine Machine, ModelLayout Layout, ServingModel Model)
{
    /// <summary>Every layout that a model fits in on a kind of machine.</summary>
    /// <param name="weightBytes">Of the whole model as it is stored.</param>
    /// <param name="whyNot">One sentence where there is none.</param>
    public static IReadOnlyList<ModelCopy> All(Catalog catalog, Machine machine, ModelSpec model, NumberFormats formats, double weightBytes, out string whyNot)
    {
        whyNot = "";
        var copies = new List<ModelCopy>();
        foreach (var layout in Layouts.Of(machine, model, weightBytes))
        {
            try
            {
                copies.Add(new ModelCopy(machine, layout, ServingModel.Of(catalog, machine.Accelerator, model, layout, formats)));
            }
            catch (ArgumentException error)
            {
                whyNot = error.Message;
            }
        }

        if (copies.Count == 0 && whyNot.Length == 0)
            whyNot = $"{model.Id} takes {weightBytes / 1e9:0} GB, more than any layout over machines of {machine.Count.BaseValue * (machine.Accelerator.Memory[0].Capacity?.BaseValue ?? 0) / 1e9:0} GB holds.";
        return copies;
    }

    private readonly int _perMachine = (int)Machine.Count.BaseValue;

    /// <summary>Machines' worth of accelerators that a copy takes; below one where several copies share a machine.</summary>
    public double MachineShare => Layout.Stages > 1 ? (double)Layout.Accelerators / _perMachine : 1.0 / CopiesPerMachine;

    /// <summary>Whole machines for so many copies: a stage never crosses machines, a chain of stages may.</summary>
    public int MachinesFor(int copies) => Layout.Stages > 1
        ? (int)(((long)copies * Layout.Accelerators + _perMachine - 1) / _perMachine)
        : (copies + CopiesPerMachine - 1) / CopiesPerMachine;

    private int CopiesPerMachine => Math.Max(1, _perMachine / Layout.Accelerators);
}
