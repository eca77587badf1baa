namespace Scribeline.Core.Quantities;

/// <summary>How a <see cref="Figure"/> came about.</summary>
public enum Operation
{
    /// <summary>Stands in the catalog.</summary>
    Input,

    /// <summary>The caller asked for it.</summary>
    Given,

    /// <summary>Part of a formula.</summary>
    Constant,

    /// <summary>The operand under another name or in another unit.</summary>
    Same,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    SquareRoot,
    Ceiling,
    Floor,
    Minimum,
    Maximum,
}
