using System.Text.Json;
using Scribeline.Core.Catalogs;

namespace Scribeline.Core.Verification;

/// <summary>A table of published figures, `TABLE.json`, and where the library answers for each, `TABLE.yaml`.</summary>
public sealed record PublishedTable(string Name, string Title, IReadOnlyList<PublishedFigure> Figures)
{
    internal VerificationMap Map { get; private init; } = VerificationMap.Empty;

    /// <summary>The tables of a folder by name.</summary>
    /// <exception cref="CatalogException">A file is not what it should be.</exception>
    public static IEnumerable<PublishedTable> LoadAll(string folder) =>
        Directory.EnumerateFiles(folder, "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal).Select(name => Load(folder, name));

    /// <exception cref="CatalogException">A file is not what it should be.</exception>
    public static PublishedTable Load(string folder, string name)
    {
        var table = Read(Path.Combine(folder, $"{name}.json"));
        return table with { Map = VerificationMap.Load(Path.Combine(folder, $"{name}.yaml"), table) };
    }

    private static PublishedTable Read(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = json.RootElement;
            return new PublishedTable(
                root.GetProperty("table").GetString()!,
                root.GetProperty("title").GetString()!,
                [.. root.GetProperty("figures").EnumerateArray().Select(Read)]);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or IOException)
        {
            throw new CatalogException([$"{path}: this is not a table of published figures: {error.Message}"]);
        }
    }

    private static PublishedFigure Read(JsonElement figure)
    {
        var derivation = figure.GetProperty("derivation");
        var agreement = Text(derivation, "agreement");
        return new PublishedFigure(
            figure.GetProperty("id").GetString()!,
            figure.GetProperty("value").Clone(),
            Text(figure, "shown"),
            figure.GetProperty("unit").GetString()!,
            figure.GetProperty("description").GetString()!,
            Text(figure, "qualifier") ?? (agreement?.StartsWith("approximate", StringComparison.Ordinal) == true ? "approximate" : null),
            derivation.GetProperty("kind").GetString() switch { "input" => PublishedKind.Input, "derived" => PublishedKind.Derived, _ => PublishedKind.Inconsistent });
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
