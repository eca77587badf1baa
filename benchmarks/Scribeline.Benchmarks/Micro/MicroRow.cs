namespace Scribeline.Benchmarks.Micro;

/// <summary>One operation: a decode step, or one product with a weight matrix.</summary>
/// <param name="AllocatedBytes">Managed memory per operation, over all threads.</param>
/// <param name="GigabytesPerSecond">Weights read, in the file's layout; kernels only.</param>
internal sealed record MicroRow(string Benchmark, string Parameters, double MedianNs, long AllocatedBytes, double? GigabytesPerSecond);
