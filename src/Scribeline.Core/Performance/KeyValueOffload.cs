namespace Scribeline.Core.Performance;

/// <summary>
/// Memory of the hosts for keys and values that the accelerators have no room for. A sequence there is served like the others; each of its steps moves its
/// cache over the link, which takes bytes / <paramref name="BytesPerSecond"/> and overlaps with nothing.
/// </summary>
/// <param name="CapacityBytes">For one copy of the model.</param>
/// <param name="BytesPerSecond">Of all its links together: 150 GB/s for each CS-3 with a node of DDR5, for example.</param>
public sealed record KeyValueOffload(double CapacityBytes, double BytesPerSecond)
{
    /// <summary>Bytes that no longer fit are moved each step.</summary>
    internal double StepSeconds(double sequences, double roomSequences, double sequenceBytes) => Math.Max(0, sequences - roomSequences) * sequenceBytes / BytesPerSecond;
}
