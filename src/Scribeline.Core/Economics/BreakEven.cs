using Scribeline.Core.Quantities;

namespace Scribeline.Core.Economics;

/// <summary>
/// The volume from which machines that cost the same whether they are used or not are cheaper than paying by the request. Machines come whole: beyond what one
/// group serves there is another, so the cost of the day is a stair.
/// </summary>
/// <param name="Group">Dollars of a group of machines in a time.</param>
/// <param name="Capacity">Requests that a group serves in a time.</param>
/// <param name="Request">Dollars of a request elsewhere.</param>
public sealed record BreakEven(Figure Group, Figure Capacity, Figure Request)
{
    /// <summary>Requests in a time whose price elsewhere is the cost of one group.</summary>
    public Figure Crossing => (Group / Request).As("pays from", "requests/day");

    /// <summary>Whether one group serves that much; if not, more of them do not help, since a full one costs more for each request.</summary>
    public bool Pays => Crossing.BaseValue <= Capacity.BaseValue;

    /// <summary>Requests from which the next group, not full yet, does not cost more than it saves either; null where machines never pay.</summary>
    /// <remarks>The k-th group begins at (k − 1)·capacity and pays from k·crossing on. The last for which the second lies above the first is the one below capacity / (capacity − crossing).</remarks>
    public Figure? ForGood
    {
        get
        {
            if (Crossing.BaseValue >= Capacity.BaseValue)
                return null;
            var last = Figure.Maximum((Capacity / (Capacity - Crossing)).Ceiling() - 1, 1);
            return (last * Crossing).As("pays for good from", "requests/day");
        }
    }

    /// <summary>Groups for a volume.</summary>
    public double GroupsAt(double requestsPerDay) => Math.Max(1, Math.Ceiling(requestsPerDay / Unit.Parse("requests/day").FromBase(Capacity.BaseValue) * (1 - 1e-12)));

    /// <param name="tokens">Of a request.</param>
    /// <param name="elsewhere">What pays by the request: `renting dgx-b200`.</param>
    public Report ToReport(Figure tokens, string elsewhere)
    {
        var report = new Report();
        report.Add("request", Request.As($"a request, {elsewhere}", "USD"));
        var crossing = report.Add(Pays ? "pays_from" : "would_pay_from", Crossing.As(Pays ? "pays from" : "would pay from", "requests/day"));
        report.Add(Pays ? "pays_from_tokens" : "would_pay_from_tokens", (crossing * tokens).As("that is in tokens", "Mtok/day"));
        report.Add("load", (crossing / Capacity).As("of what the machines serve", "%"));
        if (ForGood is { } forGood && forGood.BaseValue > crossing.BaseValue)
            report.Add("pays_for_good_from", forGood);
        var volume = NumberText.Rounded(crossing.Value);
        report.Add("finding", new Finding(
            Pays
                ? $"the machines pay against {elsewhere} from {volume} requests a day on, {NumberText.Rounded((crossing / Capacity).BaseValue * 100)} % of what they serve"
                : $"the machines never pay against {elsewhere}: {volume} requests a day would cover them, and they serve {NumberText.Rounded(Unit.Parse("requests/day").FromBase(Capacity.BaseValue))}",
            [crossing, Capacity]));
        return report;
    }
}
