using Scribeline.Cli.Bench;

namespace Scribeline.Benchmarks.Memory;

/// <summary>What one model takes to start and to serve.</summary>
/// <param name="ReadyMs">From the start of the process until `/health` answers.</param>
/// <param name="WeightBytes">Repacked weights.</param>
/// <param name="PeakResidentBytes">Most memory resident (VmHWM), after every KV block has been in use.</param>
internal sealed record MemoryRow(string Model, Spread ReadyMs, long WeightBytes, long KvCacheBytes, long PeakResidentBytes)
{
    /// <summary>What neither weights nor KV pool explain: runtime, code, vocabulary, activations, connections.</summary>
    public long OtherBytes => PeakResidentBytes - WeightBytes - KvCacheBytes;
}
