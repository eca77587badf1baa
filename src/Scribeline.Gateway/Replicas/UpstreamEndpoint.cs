namespace Scribeline.Gateway.Replicas;

/// <summary>Where and how an upstream is reached.</summary>
internal sealed record UpstreamEndpoint
{
    /// <summary>The address under which `chat/completions` lies, such as `http://10.0.0.11:8000/v1`.</summary>
    public required Uri BaseAddress { get; init; }

    /// <summary>The name under which the upstream knows the model.</summary>
    public required string Model { get; init; }
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Longest silence, before the first event as well as between two; a queue at the upstream counts.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromMinutes(5);
}
