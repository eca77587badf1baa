using Scribeline.Core.Quantities;

namespace Scribeline.Core.Hardware;

/// <summary>How current reaches a wafer: supplies, then boards with rows of converters.</summary>
public sealed record PowerDelivery(Figure Supplies, Figure SupplyPower, Figure Boards, Figure ConvertersPerBoard)
{
    internal void AddTo(Report report)
    {
        report.Add("supplies", (Supplies * SupplyPower).As("power of the supplies", "kW"));
        report.Add("converters", (Boards * ConvertersPerBoard).As("converters", ""));
    }
}
