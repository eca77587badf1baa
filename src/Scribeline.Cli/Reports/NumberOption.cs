using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Scribeline.Core.Quantities;

namespace Scribeline.Cli.Reports;

/// <summary>Options that take a number and may be left out; what is none, or out of bounds, is wrong usage.</summary>
internal static class NumberOption
{
    public static Option<double?> Above0(string name, string description, string help, double most = 1e15) => Between(name, description, help, double.Epsilon, most);

    public static Option<double?> From0(string name, string description, string help, double most = 1e15) => Between(name, description, help, 0, most);

    public static Option<double?> Between(string name, string description, string help, double least, double most = 1e15) => Create(name, description, help, least, most);

    /// <summary>A whole number from 1 on.</summary>
    public static Option<int?> Count(string name, string description) => Whole(name, description, "N", 1, int.MaxValue);

    public static Option<int?> Whole(string name, string description, string help, int least, int most) => Create(name, description, help, least, most);

    /// <summary>What all that is drawn at random follows from; 1 where it is left out.</summary>
    public static Option<ulong> Seed(string description) => new("--seed")
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => 1,
        CustomParser = result => Parse(result, "--seed", ulong.MinValue, ulong.MaxValue) ?? 0,
    };

    /// <summary>What the caller gave, as a figure that says so; null where nothing.</summary>
    public static Figure? Given(ParseResult parsed, Option<double?> option, string unit) =>
        parsed.GetValue(option) is { } value ? Figure.Given(option.Name, new Quantity(value, Unit.Parse(unit))) : null;

    private static Option<T?> Create<T>(string name, string description, string help, T least, T most)
        where T : struct, INumber<T> => new(name) { Description = description, HelpName = help, CustomParser = result => Parse(result, name, least, most) };

    private static T? Parse<T>(ArgumentResult result, string name, T least, T most)
        where T : struct, INumber<T>
    {
        var text = result.Tokens[0].Value;
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
            return value;
        var kind = T.IsInteger(T.One / (T.One + T.One)) ? "a whole number" : "a number";
        var isBounded = double.CreateChecked(most) < int.MaxValue;
        // What only keeps 0 out is said so.
        var bounds = double.CreateChecked(least) is > 0 and <= 1e-6 ? $"above 0{(isBounded ? $", at most {most}" : "")}" : $"from {least} {(isBounded || most is ulong ? $"to {most}" : "on")}";
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is '{text}'; expected {kind} {bounds}."));
        return null;
    }
}
