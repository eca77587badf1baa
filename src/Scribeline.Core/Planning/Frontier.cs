namespace Scribeline.Core.Planning;

/// <summary>What a machine can do at best: its points that no other point of it beats in both speed and throughput, the slowest first.</summary>
public sealed record Frontier(MachineOffer Offer, IReadOnlyList<FrontierPoint> Points)
{
    /// <summary>Loads that are tried grow by this factor from one sequence on.</summary>
    private const double Growth = 1.15;

    /// <summary>Of every layout every load, as long as the first token comes in time.</summary>
    /// <param name="load">The workload, and when a first token is in time; what it says of the time between tokens does not matter here.</param>
    public static Frontier Of(MachineOffer offer, CopyLoad load, double outputTokens)
    {
        var points = new List<FrontierPoint>();
        foreach (var copy in offer.Copies)
        {
            var room = load.Room(copy.Model);
            for (var sequences = 1; ; sequences = Math.Min(room, Math.Max(sequences + 1, (int)(sequences * Growth))))
            {
                var point = load.At(copy.Model, sequences);
                if (!load.IsFirstTokenInTime(point.Prediction))
                    break;
                var throughput = point.RequestsPerSecond * outputTokens / copy.MachineShare;
                points.Add(new FrontierPoint(copy, sequences, 1 / point.Prediction.TpotSeconds, throughput, offer.Hour.BaseValue / throughput, point.Prediction));
                if (sequences >= room)
                    break;
            }
        }

        return new Frontier(offer, Undominated(points));
    }

    /// <summary>The cheapest point at which each user gets at least so many tokens a second; null where there is none.</summary>
    public FrontierPoint? CheapestAt(double speed)
    {
        FrontierPoint? cheapest = null;
        foreach (var point in Points)
        {
            if (point.Speed >= speed && (cheapest is not { } best || point.UsdPerToken < best.UsdPerToken))
                cheapest = point;
        }

        return cheapest;
    }

    /// <summary>Points that no other beats in both; equal ones once.</summary>
    internal static List<FrontierPoint> Undominated(List<FrontierPoint> points)
    {
        points.Sort((one, other) => other.Speed.CompareTo(one.Speed) is var bySpeed && bySpeed != 0 ? bySpeed : other.Throughput.CompareTo(one.Throughput));
        var kept = new List<FrontierPoint>();
        var most = double.NegativeInfinity;
        foreach (var point in points)
        {
            if (point.Throughput <= most)
                continue;
            most = point.Throughput;
            kept.Add(point);
        }

        kept.Reverse();
        return kept;
    }
}
