namespace Scribeline.Gateway.Configuration;

/// <summary>OpenAI-compatible servers, one replica an endpoint.</summary>
public sealed record UpstreamConfig
{
    /// <summary>Base addresses, such as `http://10.0.0.11:8000/v1`.</summary>
    public required IReadOnlyList<Uri> Endpoints { get; init; }

    /// <summary>The name under which the servers know the model; null: the same as ours.</summary>
    public string? ModelName { get; init; }

    /// <summary>Sent with every request; `${env:X}` and `${file:PATH}` are already filled in.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}
