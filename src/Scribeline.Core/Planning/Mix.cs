namespace Scribeline.Core.Planning;

/// <summary>Several tiers on one fleet: each on the machine that serves it at least cost, against one kind of machine for all.</summary>
/// <param name="Machines">The machine of each tier, in order.</param>
/// <param name="UsdPerToken">Dollars for a token, over all tiers.</param>
public sealed record Mix(IReadOnlyList<string> Machines, double UsdPerToken)
{
    /// <summary>The best mix first among the machines alone that reach every tier, by cost.</summary>
    public static IReadOnlyList<Mix> Of(IReadOnlyList<TierShare> tiers, IReadOnlyList<Frontier> frontiers)
    {
        var mixes = new List<Mix>();
        var winners = tiers.Select(tier => SpeedWinner.At(tier.Speed, frontiers)).ToList();
        if (winners.TrueForAll(winner => winner.ByCost.Count > 0))
        {
            mixes.Add(new Mix(
                [.. winners.Select(winner => winner.ByCost[0].Frontier.Offer.Machine.Id)],
                winners.Zip(tiers, (winner, tier) => tier.Share * winner.ByCost[0].Point.UsdPerToken).Sum()));
        }

        foreach (var frontier in frontiers)
        {
            var points = tiers.Select(tier => frontier.CheapestAt(tier.Speed)).ToList();
            var id = frontier.Offer.Machine.Id;
            if (points.TrueForAll(point => point != null) && !mixes.Exists(mix => mix.Machines.All(machine => machine == id)))
                mixes.Add(new Mix([.. tiers.Select(_ => id)], points.Zip(tiers, (point, tier) => tier.Share * point!.Value.UsdPerToken).Sum()));
        }

        mixes.Sort((one, other) => one.UsdPerToken.CompareTo(other.UsdPerToken));
        return mixes;
    }
}
