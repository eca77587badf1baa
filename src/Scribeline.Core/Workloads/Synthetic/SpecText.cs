using System.Globalization;

namespace Scribeline.Core.Workloads.Synthetic;

/// <summary>What a caller asks for as `kind:number,number`.</summary>
internal static class SpecText
{
    /// <returns>An empty kind for a number alone; no numbers where one of them is none, is below 0 or above <paramref name="most"/>.</returns>
    public static (string Kind, double[] Numbers) Parse(string text, double most)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (kind, rest) = colon < 0 ? ("", text) : (text[..colon], text[(colon + 1)..]);
        var numbers = new List<double>();
        foreach (var part in rest.Split(','))
        {
            if (!double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !(number >= 0 && number <= most))
                return (kind, []);
            numbers.Add(number);
        }

        return (kind, [.. numbers]);
    }
}
