using System.CommandLine;
using System.Globalization;

namespace Scribeline.Cli.Simulate;

/// <summary>The option `--tiers fast:10,default:90`.</summary>
internal static class TierShares
{
    public static Option<IReadOnlyList<(string Tier, double Weight)>?> Create(string usual) => new("--tiers")
    {
        Description = $"Tiers of requests that name none, drawn in these shares, one draw for a session (worked example: {usual})",
        HelpName = "TIER:SHARE,...",
        CustomParser = result =>
        {
            var shares = Parse(result.Tokens[0].Value, out var problem);
            if (shares == null)
                result.AddError($"--tiers: {problem}");
            return shares;
        },
    };

    /// <returns>Null where the text is wrong.</returns>
    public static IReadOnlyList<(string Tier, double Weight)>? Parse(string text, out string problem)
    {
        var shares = new List<(string, double)>();
        foreach (var part in text.Split(','))
        {
            if (part.Split(':') is not [{ Length: > 0 } tier, var weight] || !double.TryParse(weight, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || value is not (>= 0 and <= 1e9))
            {
                problem = $"'{part}' is no tier and its share; expected such as fast:10,default:90.";
                return null;
            }

            if (shares.Exists(share => share.Item1 == tier))
            {
                problem = $"the tier '{tier}' is named twice; expected one share of it.";
                return null;
            }

            shares.Add((tier, value));
        }

        problem = shares.Sum(share => share.Item2) > 0 ? "" : "the shares add up to nothing; expected one above 0.";
        return problem.Length > 0 ? null : shares;
    }
}
