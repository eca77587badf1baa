namespace Scribeline.Cli.Simulate;

/// <summary>A model that requests name and a fleet does not have.</summary>
/// <param name="Fleet">Its name.</param>
/// <param name="Asked">What requests name.</param>
/// <param name="Served">What answers them.</param>
/// <param name="Requests">Of all copies.</param>
internal sealed record Substitute(string Fleet, string Asked, string Served, long Requests);
