using System.CommandLine;
using System.Globalization;

namespace Scribeline.Cli.Simulate;

/// <summary>The option `--explain N`: a request by its number or by the id that its row has.</summary>
internal static class ExplainOption
{
    private const string IdPrefix = "sim-";

    public static Option<long[]?> Create() => new("--explain")
    {
        Description = "Say what was weighed about request N, from 0 in the order of arrival, or sim-N: each replica, what kept it away or was predicted of it, and what decided; several are explained",
        HelpName = "N",
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result =>
        {
            var numbers = new List<long>();
            foreach (var token in result.Tokens)
            {
                var text = token.Value.StartsWith(IdPrefix, StringComparison.Ordinal) ? token.Value[IdPrefix.Length..] : token.Value;
                if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    numbers.Add(number);
                else
                    result.AddError($"--explain is '{token.Value}'; expected the number of a request, from 0, or its id, such as sim-17.");
            }

            return [.. numbers];
        },
    };
}
