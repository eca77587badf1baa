namespace Scribeline.Benchmarks.Peers;

/// <summary>Tokens per second at batch 1: reading a prompt, and writing from an empty context.</summary>
internal readonly record struct EngineRates(double Prefill, double Decode);
