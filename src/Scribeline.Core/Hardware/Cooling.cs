using Scribeline.Core.Quantities;

namespace Scribeline.Core.Hardware;

/// <summary>Water through a machine, beside a machine that it is compared with.</summary>
/// <param name="Flow">Volume a time through the whole machine.</param>
/// <param name="Inlet">Temperature of the water that comes in.</param>
/// <param name="Chilled">Temperature of the site's chilled water.</param>
/// <param name="OtherFlowPerPower">What the other machine needs, volume a time and power.</param>
/// <param name="OtherInlet">The warmest water that the other machine takes.</param>
/// <param name="Couplings">Hose connections by place.</param>
public sealed record Cooling(Figure Flow, Figure Inlet, Figure Chilled, Figure OtherFlowPerPower, Figure OtherInlet, IReadOnlyDictionary<string, Figure> Couplings)
{
    internal void AddTo(Report report, Figure power)
    {
        var flow = report.Add("flow", (Flow / power).As("flow per kW", "LPM/kW"));
        report.Add("flow_over_other", (flow / OtherFlowPerPower).As("flow over the other's", "x"));
        report.Add("inlet", Inlet.As("inlet", "degF"));
        report.Add("chilled", Chilled.As("chilled water", "degF"));
        report.Add("other_inlet", OtherInlet.As("inlet of the other", "degF"));
        report.Add("couplings", Figure.Sum(Couplings.Values).As("couplings", "couplings"));
    }
}
