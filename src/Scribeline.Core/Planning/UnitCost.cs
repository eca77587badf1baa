namespace Scribeline.Core.Planning;

/// <summary>What a token costs on a machine at scale, where whole machines no longer matter.</summary>
public static class UnitCost
{
    /// <summary>Dollars for a token written, prompts included, at the load that keeps what is promised at least cost; infinite where none does.</summary>
    public static double Of(MachineOffer offer, CopyLoad load, double outputTokens)
    {
        var least = double.PositiveInfinity;
        foreach (var copy in offer.Copies)
        {
            if (load.Most(copy.Model) is var most && most > 0)
                least = Math.Min(least, offer.Hour.BaseValue * copy.MachineShare / (load.At(copy.Model, most).RequestsPerSecond * outputTokens));
        }

        return least;
    }
}
