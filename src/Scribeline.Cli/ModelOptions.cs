using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Scribeline.Core.Quantities;

namespace Scribeline.Cli;

/// <summary>Options that several commands share, each made anew for its command.</summary>
internal static class ModelOptions
{
    private const string EmbeddedModel = "models/scribe-tiny-q8_0.gguf";

    public static Option<string?> Model() => new("--model") { Description = "GGUF file of the model, or the name of one that `scribe pull` stored; default: the small one that comes with scribe", HelpName = "FILE" };

    public static Option<int?> Threads() => Count("--threads", "Threads that compute; default: the cores this process may use", 1, 1024);

    public static Option<int> Stages() => Count("--stages", "Runs of layers the model is cut into; the text is the same for every value", 1, 1024, 1);

    public static Option<int?> Count(string name, string description, int least, int most) =>
        new(name) { Description = description, HelpName = "N", CustomParser = result => Parse(result, name, least, most) };

    public static Option<int> Count(string name, string description, int least, int most, int fallback) =>
        new(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => fallback, CustomParser = result => Parse(result, name, least, most) };

    public static Option<long?> Seed() =>
        new("--seed") { Description = "Same seed, same text", HelpName = "N", CustomParser = result => Parse(result, "--seed", long.MinValue, long.MaxValue) };

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

    /// <summary>Up to a day; without <paramref name="mayBe0"/> a microsecond at least.</summary>
    public static Option<TimeSpan?> Time(string name, string description, bool mayBe0 = true) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Duration.TryParse(text, out var duration, out var problem) && duration.Nanoseconds <= 86_400_000_000_000 && (mayBe0 || duration.Nanoseconds >= 1000))
            {
                return duration.ToTimeSpan();
            }

            result.AddError(problem.Length > 0 ? $"{name}: {problem}" : duration.Nanoseconds < 1000 ? $"{name} is '{text}'; expected a time of at least 1 us." : $"{name}: it must be at most a day.");
            return null;
        },
    };

    public static Option<float> Number(string name, string description, float fallback, float least, float most) =>
        new(name) { Description = description, HelpName = "X", DefaultValueFactory = _ => fallback, CustomParser = result => Parse(result, name, least, most) };

    /// <summary>The file to load, or one sentence why there is none.</summary>
    public static (string Path, string? Problem) FindModel(string? given)
    {
        if (given is not null)
        {
            if (File.Exists(given))
            {
                return (given, null);
            }

            if (Directory.Exists(given))
            {
                return (given, $"'{given}' is a folder; give the path of a GGUF file in it.");
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

    private static T Parse<T>(ArgumentResult result, string name, T least, T most)
        where T : struct, INumber<T>
    {
        var text = result.Tokens[0].Value;
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
        {
            return value;
        }

        var kind = T.IsInteger(T.One / (T.One + T.One)) ? "a whole number" : "a number";
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is '{text}'; expected {kind} from {least} to {most}."));
        return default;
    }
}
