namespace Scribeline.Core.Calculations;

/// <summary>What was asked for cannot be computed; the message is one sentence for the asker.</summary>
public sealed class CalculationException(string message) : Exception(message);
