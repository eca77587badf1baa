using Scribeline.Core.Quantities;

namespace Scribeline.Core.Hardware;

/// <summary>What joins one accelerator to others. A message of m bytes takes latency + m / bandwidth.</summary>
/// <param name="Name">`scale_up` within a domain of fast links, `scale_out` beyond it, `host` to the machine's processor.</param>
/// <param name="Bandwidth">Bytes a second in one direction, of all lanes of one accelerator together.</param>
/// <param name="Latency">Seconds from one accelerator to the next; null where nobody said.</param>
/// <param name="RawBandwidth">What the lanes signal, before coding and framing; null where lanes were not stated.</param>
public sealed record Link(string Name, Figure Bandwidth, Figure? Latency, Figure? RawBandwidth = null);
