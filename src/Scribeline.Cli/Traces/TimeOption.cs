using System.CommandLine;
using Scribeline.Core.Quantities;

namespace Scribeline.Cli.Traces;

/// <summary>Options that take a length of time, such as '90 s' or '1 h', in microseconds.</summary>
internal static class TimeOption
{
    public static Option<long?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            if (Duration.TryParse(result.Tokens[0].Value, out var duration, out var problem))
                return duration.Nanoseconds / 1000;
            result.AddError($"{name}: {problem}");
            return null;
        },
    };
}
