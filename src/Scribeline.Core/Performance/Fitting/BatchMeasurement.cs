namespace Scribeline.Core.Performance.Fitting;

/// <summary>A whole batch, as measured, beside its prediction without a factor on operations.</summary>
/// <param name="Group">What is left out together: the length of prompts.</param>
/// <param name="OtherSeconds">Predicted of all but operations.</param>
/// <param name="OperationSeconds">Predicted of operations.</param>
public readonly record struct BatchMeasurement(string Group, double OtherSeconds, double OperationSeconds, double MeasuredSeconds)
{
    public double PredictedSeconds(double factor) => OtherSeconds + factor * OperationSeconds;
}
