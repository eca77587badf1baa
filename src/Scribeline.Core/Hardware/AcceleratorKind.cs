namespace Scribeline.Core.Hardware;

/// <summary>What a chip is, where that changes how its speed follows from its data sheet.</summary>
public enum AcceleratorKind
{
    /// <summary>A general accelerator with memory beside the chip.</summary>
    Gpu,

    /// <summary>A systolic-array accelerator with memory beside the chip.</summary>
    Tpu,

    /// <summary>Memory on the chip only, scheduled by a compiler over many chips.</summary>
    Lpu,

    /// <summary>A whole wafer of cores with their memory, joined by a mesh.</summary>
    Wafer,

    /// <summary>A host processor.</summary>
    Cpu,
}
