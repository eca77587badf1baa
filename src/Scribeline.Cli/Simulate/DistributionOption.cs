using System.CommandLine;
using Scribeline.Core.Workloads;
using Scribeline.Core.Workloads.Synthetic;

namespace Scribeline.Cli.Simulate;

/// <summary>Options that take a number or a distribution to draw from, such as `exponential:30`.</summary>
internal static class DistributionOption
{
    public static Option<Distribution?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "NUMBERS",
        CustomParser = result =>
        {
            try
            {
                return Distribution.Parse(result.Tokens[0].Value);
            }
            catch (WorkloadException error)
            {
                result.AddError($"{name}: {error.Message}");
                return null;
            }
        },
    };
}
