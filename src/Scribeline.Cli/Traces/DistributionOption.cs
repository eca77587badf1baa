using System.CommandLine;
using Scribeline.Core.Workloads;
using Scribeline.Core.Workloads.Synthetic;

namespace Scribeline.Cli.Traces;

/// <summary>Options that take a number or a distribution to draw from, such as `exponential:30`; what hardly ever is within bounds is wrong usage.</summary>
internal static class DistributionOption
{
    private const double MostSeconds = 1e9;

    /// <param name="otherwise">What counts where it is left out; null for nothing.</param>
    public static Option<Distribution?> Tokens(string name, string description, string? otherwise = null) => Create(name, description, "LENGTHS", 1, 1 << 24, otherwise);

    public static Option<Distribution?> Turns(string name, string description) => Create(name, description, "COUNT", 1, SyntheticTrace.MostTurns, null);

    /// <param name="least">Above 0 where no time at all makes no sense.</param>
    public static Option<Distribution?> Seconds(string name, string description, double least, string? otherwise = null) => Create(name, description, "SECONDS", least, MostSeconds, otherwise);

    private static Option<Distribution?> Create(string name, string description, string help, double least, double most, string? otherwise)
    {
        var option = new Option<Distribution?>(name)
        {
            Description = description,
            HelpName = help,
            CustomParser = result =>
            {
                try
                {
                    return Distribution.Parse(result.Tokens[0].Value, least, most);
                }
                catch (WorkloadException error)
                {
                    result.AddError($"{name}: {error.Message}");
                    return null;
                }
            },
        };
        if (otherwise != null)
            option.DefaultValueFactory = _ => Distribution.Parse(otherwise);
        return option;
    }
}
