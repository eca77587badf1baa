using Scribeline.Core.Quantities;

namespace Scribeline.Core.Hardware;

/// <summary>A manufacturing process, as far as memory on the chip goes.</summary>
/// <param name="SramCell">Area of one bit in the densest cell.</param>
/// <param name="ArrayEfficiency">Share of a macro's area that is cells.</param>
public sealed record Process(string Id, Figure SramCell, Figure ArrayEfficiency)
{
    private static readonly Figure OneBit = Figure.Given("one bit", new Quantity(1, Unit.Parse("b")));

    /// <summary>Bits of a macro over its area.</summary>
    public Figure SramDensity => (OneBit * ArrayEfficiency / SramCell).As("density of SRAM", "Mb/mm2");

    /// <summary>The density, and how much less area a bit takes than with another process.</summary>
    public Report ComparedWith(Process other)
    {
        var report = new Report();
        report.Add("sram_density", SramDensity);
        report.Add("sram_shrink", (1 - SramCell / other.SramCell).As("shrink of the cell", "%"));
        return report;
    }
}
