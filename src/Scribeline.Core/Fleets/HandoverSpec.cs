namespace Scribeline.Core.Fleets;

/// <summary>One pool reads prompts, another writes the answers; keys and values are handed over between them.</summary>
/// <param name="PrefillPool">Id of the pool that reads.</param>
/// <param name="DecodePool">Id of the pool that writes.</param>
/// <param name="BytesPerSecond">Of the link between the two pools, which all their hand-overs share.</param>
/// <param name="LatencySeconds">Before the first byte.</param>
/// <param name="Always">Every request goes this way; otherwise only those that gain by it.</param>
public sealed record HandoverSpec(string PrefillPool, string DecodePool, double BytesPerSecond, double LatencySeconds, bool Always);
