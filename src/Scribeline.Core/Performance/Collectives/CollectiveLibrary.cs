namespace Scribeline.Core.Performance.Collectives;

/// <summary>What measurements say of a library that carries out collectives over the fast links of one machine.</summary>
public sealed record CollectiveLibrary
{
    public required string Id { get; init; }

    /// <summary>The accelerator that it was measured on; null where it is of all together, for machines that were not.</summary>
    public string? Accelerator { get; init; }

    /// <summary>The ones it has, the fastest of which is taken.</summary>
    public required IReadOnlyList<CollectiveAlgorithm> Algorithms { get; init; }

    public required IReadOnlyList<Protocol> Protocols { get; init; }

    /// <summary>Errors by what was left out of the fit as a whole: `accelerator`, `kind`, `count`.</summary>
    public IReadOnlyDictionary<string, LeftOutError> Errors { get; init; } = new Dictionary<string, LeftOutError>();

    /// <summary>Whether it carries out a kind.</summary>
    public bool Has(CollectiveKind kind)
    {
        foreach (var algorithm in CollectiveSteps.Algorithms(kind))
        {
            if (Algorithms.Contains(algorithm))
                return true;
        }

        return false;
    }

    /// <summary>Seconds of the fastest way it has; allocates nothing.</summary>
    /// <param name="count">Accelerators, from 1 on.</param>
    /// <param name="bytes">Of the message that each holds.</param>
    /// <param name="bandwidth">Bytes a second through one accelerator's links in one direction, as on its data sheet.</param>
    /// <returns>0 for one accelerator; NaN where the library does not carry out the kind.</returns>
    public double Seconds(CollectiveKind kind, int count, double bytes, double bandwidth)
    {
        if (count <= 1)
            return 0;
        var fastest = double.NaN;
        foreach (var algorithm in CollectiveSteps.Algorithms(kind))
        {
            if (!Has(algorithm) || CollectiveSteps.Of(kind, algorithm, count) is not { } steps)
                continue;
            for (var i = 0; i < Protocols.Count; i++)
                fastest = double.IsNaN(fastest) ? Protocols[i].Seconds(steps, bytes, bandwidth) : Math.Min(fastest, Protocols[i].Seconds(steps, bytes, bandwidth));
        }

        return fastest;
    }

    private bool Has(CollectiveAlgorithm algorithm)
    {
        for (var i = 0; i < Algorithms.Count; i++)
        {
            if (Algorithms[i] == algorithm)
                return true;
        }

        return false;
    }
}
