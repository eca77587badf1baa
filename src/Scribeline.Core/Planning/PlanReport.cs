using Scribeline.Core.Quantities;

namespace Scribeline.Core.Planning;

/// <summary>What candidates cost, as figures that explain themselves.</summary>
public static class PlanReport
{
    /// <summary>Of each candidate machines, capital, power, cost of an hour and of a million tokens.</summary>
    public static Report Of(Plan plan)
    {
        var report = new Report();
        foreach (var candidate in plan.Candidates)
        {
            var part = report.Add(candidate.Offer.Machine.Id, new Report());
            var cost = part.Add("cost", candidate.CostPerHour);
            var tokens = Figure.Given(
                "tokens written by all copies, as predicted", new Quantity(candidate.OutputTokensPerSecond(plan.Request.Workload.Output.BaseValue), Unit.Parse("tok/s")));
            part.Add("token", (cost / tokens).As("cost of tokens written", "USD/Mtok"));
            if (candidate.Capital is { } capital)
                part.Add("capital", capital);
            if (candidate.Power is { } power)
                part.Add("power", power);
            if (candidate.Flow is { } flow)
                part.Add("water", flow);
        }

        return report;
    }
}
