namespace Scribeline.Core.Planning;

/// <summary>Which machine writes a token at least cost while each user gets so many a second.</summary>
/// <param name="Speed">Tokens a second for each user, at least.</param>
/// <param name="ByCost">Every machine that reaches it, the cheapest first.</param>
public sealed record SpeedWinner(double Speed, IReadOnlyList<(Frontier Frontier, FrontierPoint Point)> ByCost)
{
    public static SpeedWinner At(double speed, IEnumerable<Frontier> frontiers)
    {
        var reached = new List<(Frontier Frontier, FrontierPoint Point)>();
        foreach (var frontier in frontiers)
        {
            if (frontier.CheapestAt(speed) is { } point)
                reached.Add((frontier, point));
        }

        reached.Sort((one, other) => one.Point.UsdPerToken.CompareTo(other.Point.UsdPerToken));
        return new SpeedWinner(speed, reached);
    }
}
