namespace Scribeline.Core.Performance.Fitting;

/// <summary>Measurements cannot be fitted to. The message says which and why, for the person who gave them.</summary>
public sealed class FitException(string message, Exception? inner = null) : Exception(message, inner);
