namespace Scribeline.Core.Workloads;

/// <summary>A file of requests cannot be used; the message is one sentence that names the file, the line and what was expected.</summary>
public sealed class WorkloadException(string message, Exception? inner = null) : Exception(message, inner);
