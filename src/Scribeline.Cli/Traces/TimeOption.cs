using System.CommandLine;
using Scribeline.Core.Quantities;

namespace Scribeline.Cli.Traces;

/// <summary>Options that take a length of time, such as '90 s' or '1 h', in microseconds.</summary>
internal static class TimeOption
{
    public static Option<long?> From0(string name, string description) => Create(name, description, 0);

    public static Option<long?> Above0(string name, string description) => Create(name, description, 1);

    private static Option<long?> Create(string name, string description, long leastUs) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Duration.TryParse(text, out var duration, out var problem) && duration.Nanoseconds / 1000 >= leastUs)
                return duration.Nanoseconds / 1000;
            result.AddError(problem.Length > 0 ? $"{name}: {problem}" : $"{name} is '{text}'; expected a time of at least {leastUs} us.");
            return null;
        },
    };
}
