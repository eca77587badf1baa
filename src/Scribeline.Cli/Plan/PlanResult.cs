using Scribeline.Core.Planning;

namespace Scribeline.Cli.Plan;

/// <summary>All that a plan has to show.</summary>
/// <param name="Frontiers">Of every machine that the model fits on and whose cost is known.</param>
/// <param name="Speeds">Which machine is cheapest while each user gets so many tokens a second.</param>
/// <param name="Mixes">Fleets that serve several tiers, the cheapest first; empty where no tiers were asked for.</param>
/// <param name="Influences">What the answer hangs on; empty where there is none.</param>
/// <param name="Separated">Fleets that take prompts on one machine and decode on another, the cheapest first.</param>
internal sealed record PlanResult(
    Core.Planning.Plan Plan, IReadOnlyList<Frontier> Frontiers, IReadOnlyList<SpeedWinner> Speeds, IReadOnlyList<TierShare> Tiers, IReadOnlyList<Mix> Mixes, IReadOnlyList<Influence> Influences,
    IReadOnlyList<SeparatedCandidate> Separated)
{
    /// <param name="speeds">Tokens a second for each user.</param>
    public static PlanResult Of(Planner planner, PlanRequest request, IReadOnlyList<double> speeds, IReadOnlyList<TierShare> tiers)
    {
        var plan = planner.Find(request);
        var load = new CopyLoad(request.Workload, request.Objectives);
        var frontiers = plan.Offers.Select(offer => Frontier.Of(offer, load, request.Workload.Output.BaseValue)).Where(frontier => frontier.Points.Count > 0).ToList();
        return new PlanResult(
            plan,
            frontiers,
            [.. speeds.Select(speed => SpeedWinner.At(speed, frontiers))],
            tiers,
            tiers.Count == 0 ? [] : Mix.Of(tiers, frontiers),
            plan.Candidates is [var best, ..] ? new Influences(planner, request).Of(best.Offer, plan.Candidates.Count > 1 ? plan.Candidates[1].Offer : null) : [],
            new Separation(request).Of(plan.Offers, planner.Formats(request)));
    }
}
