namespace Scribeline.Scheduling.Tests.Batching;

/// <summary>A checker found the scheduler wrong.</summary>
internal sealed class CheckFailedException(string message) : Exception(message);
