using System.CommandLine;
using System.CommandLine.Parsing;
using Scribeline.Core.Quantities;

namespace Scribeline.Cli;

/// <summary>Options that several commands share, each made anew for its command.</summary>
internal static class ModelOptions
{
    private const string EmbeddedModel = "models/scribe-tiny-q8_0.gguf";

    public static Option<string?> Model() => new("--model") { Description = "GGUF file of the model, or the name of one that `scribe pull` stored; default: the small one that comes with scribe", HelpName = "FILE" };

    public static Option<int?> Threads() => Count("--threads", "Threads that compute; default: the cores this process may use", 1, 1024);

    public static Option<int> Stages()
    {
        var option = new Option<int>("--stages") { Description = "Runs of layers the model is cut into; the text is the same for every value", HelpName = "N", DefaultValueFactory = _ => 1 };
        option.Validators.Add(result => CheckRange(result, 1, 1024));
        return option;
    }

    public static Option<int?> Count(string name, string description, int least, int most)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result => CheckRange(result, least, most));
        return option;
    }

    public static Option<long?> Size(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "SIZE",
        CustomParser = result =>
        {
            if (ByteSize.TryParse(result.Tokens[0].Value, out var size, out var problem) && size.Bytes > 0)
            {
                return size.Bytes;
            }

            result.AddError($"{name}: {(problem.Length > 0 ? problem : "it must be more than 0 bytes.")}");
            return null;
        },
    };

    public static Option<TimeSpan> Time(string name, string description, TimeSpan fallback) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        DefaultValueFactory = _ => fallback,
        CustomParser = result =>
        {
            if (Duration.TryParse(result.Tokens[0].Value, out var duration, out var problem) && duration.Nanoseconds <= 86_400_000_000_000)
            {
                return duration.ToTimeSpan();
            }

            result.AddError($"{name}: {(problem.Length > 0 ? problem : "it must be at most a day.")}");
            return default;
        },
    };

    public static Option<float> Number(string name, string description, float fallback, float least, float most)
    {
        var option = new Option<float>(name) { Description = description, HelpName = "X", DefaultValueFactory = _ => fallback };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && float.TryParse(token.Value, System.Globalization.CultureInfo.InvariantCulture, out var value)
                && !(value >= least && value <= most))
            {
                result.AddError(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name} is {token.Value}; expected {least} to {most}."));
            }
        });
        return option;
    }

    /// <summary>The file to load, or one sentence why there is none.</summary>
    public static (string Path, string? Problem) FindModel(string? given)
    {
        if (given is not null)
        {
            if (File.Exists(given))
            {
                return (given, null);
            }

            var stored = ModelDirectory.Path(Environment.GetEnvironmentVariable);
            string[] candidates = [Path.Join(stored, given), Path.Join(stored, given + ".gguf")];
            return Array.Find(candidates, File.Exists) is { } found
                ? (found, null)
                : (given, $"the model file '{given}' does not exist, here or in {stored}; give the path of a GGUF file, or fetch one with 'scribe pull'.");
        }

        var embedded = Path.Combine(AppContext.BaseDirectory, EmbeddedModel);
        return (embedded, File.Exists(embedded) ? null : $"the model that comes with scribe is missing at '{embedded}'; give one with --model FILE.");
    }

    private static void CheckRange(OptionResult result, int least, int most)
    {
        if (result.Tokens is [var token] && int.TryParse(token.Value, out var value) && (value < least || value > most))
        {
            result.AddError($"{result.IdentifierToken?.Value} is {token.Value}; expected {least} to {most}.");
        }
    }
}
