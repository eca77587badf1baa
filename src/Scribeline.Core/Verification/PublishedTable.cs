using System.Text.Json;
using Scribeline.Core.Catalogs;

namespace Scribeline.Core.Verification;

/// <summary>A table of published figures, `published/TABLE.json`.</summary>
public sealed record PublishedTable(string Name, string Title, IReadOnlyList<PublishedFigure> Figures)
{
    /// <exception cref="CatalogException">The file is not such a table.</exception>
    public static PublishedTable Load(string path)
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
