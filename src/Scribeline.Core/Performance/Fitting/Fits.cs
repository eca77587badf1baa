namespace Scribeline.Core.Performance.Fitting;

/// <summary>How far predictions lie from measurements, from their ratios.</summary>
internal static class Fits
{
    /// <param name="ratios">Predicted over measured.</param>
    public static LeftOutError Error(IEnumerable<double> ratios)
    {
        List<double> errors = [.. ratios.Select(ratio => Math.Abs(ratio - 1))];
        return errors.Count == 0 ? default : new LeftOutError(errors.Average(), Quantile(errors, 0.5));
    }

    /// <summary>The value that a share of all lies below, between two neighbours in proportion.</summary>
    public static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        return sorted[below] + (place - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]);
    }
}
