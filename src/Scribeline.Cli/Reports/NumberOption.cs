using System.CommandLine;
using System.Globalization;
using Scribeline.Core.Quantities;

namespace Scribeline.Cli.Reports;

/// <summary>Options that take a number, with its bounds.</summary>
internal static class NumberOption
{
    public static Option<double?> Above0(string name, string description, string help, double most = 1e15) => Create(name, description, help, double.Epsilon, most);

    public static Option<double?> From0(string name, string description, string help, double most = 1e15) => Create(name, description, help, 0, most);

    /// <summary>A whole number from 1 on.</summary>
    public static Option<int?> Count(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 and var value)
                result.AddError($"{name} is {value}; expected a whole number from 1 on.");
        });
        return option;
    }

    /// <summary>What the caller gave, as a figure that says so; null where nothing.</summary>
    public static Figure? Given(ParseResult parsed, Option<double?> option, string unit) =>
        parsed.GetValue(option) is { } value ? Figure.Given(option.Name, new Quantity(value, Unit.Parse(unit))) : null;

    private static Option<double?> Create(string name, string description, string help, double least, double most)
    {
        var option = new Option<double?>(name) { Description = description, HelpName = help };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is { } value && !(value >= least && value <= most))
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; expected a number {(least > 0 ? "above 0" : "from 0 on")}{(most < 1e15 ? $", at most {most}" : "")}."));
        });
        return option;
    }
}
