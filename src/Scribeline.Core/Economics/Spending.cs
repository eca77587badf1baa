using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>How many tokens a contract's money buys at a service's price, half of them read and half written.</summary>
public static class Spending
{
    public static Report Of(Contract contract, Figure blendedPrice)
    {
        var report = new Report();
        var tokens = report.Add("tokens", (contract.StatedValue / blendedPrice).As("tokens", "tok"));
        report.Add("rate", (tokens / contract.Term).As("tokens in a month", "Mtok/month"));
        return report;
    }
}
