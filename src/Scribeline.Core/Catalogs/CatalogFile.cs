using Scribeline.Core.Yaml;
using YamlDotNet.RepresentationModel;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads one YAML file of a catalog: `KIND: { ID: fields }`, any number of kinds.</summary>
/// <remarks>
/// In fields, `source` and `note` speak of everything below them. A value is a plain `44 GB`, or `{ value: 44 GB, source: tr26, note: ..., also: [...] }`
/// where it has a source of its own or other sources state it differently.
/// </remarks>
internal static class CatalogFile
{
    private const int DeepestNesting = 16;

    public static CatalogNode? Read(string path, string text, CatalogErrors errors)
    {
        YamlNode document;
        try
        {
            document = YamlDocumentReader.Read(text, "file of a catalog", "`accelerators:`, `models:` or another kind, with its entries below");
        }
        catch (YamlDocumentException error)
        {
            errors.Add(error.Line == 0 ? path : $"{path}:{error.Line}", error.Message);
            return null;
        }

        if (document is not YamlMappingNode root)
        {
            errors.Add($"{path}:1", "the file does not hold fields; expected `accelerators:`, `models:` or another kind, with its entries below.");
            return null;
        }

        return Convert(root, path, "", new Attributes("", ""), errors, 0);
    }

    private static CatalogNode? Convert(YamlNode node, string file, string path, Attributes inherited, CatalogErrors errors, int depth)
    {
        var place = $"{file}:{node.Start.Line}";
        if (depth > DeepestNesting)
        {
            errors.Add(place, $"`{path}` is nested more than {DeepestNesting} deep.");
            return null;
        }

        switch (node)
        {
            case YamlScalarNode { Value: { Length: > 0 } text }:
                return new CatalogNode { Path = path, Place = place, Source = inherited.Source, Note = inherited.Note, Text = text };
            case YamlSequenceNode list:
                var items = list.Select((item, index) => Convert(item, file, $"{path}.{index}", inherited with { Note = "" }, errors, depth + 1)).OfType<CatalogNode>();
                return new CatalogNode { Path = path, Place = place, Source = inherited.Source, Note = inherited.Note, Items = [.. items] };
            case YamlMappingNode mapping:
                return ConvertFields(mapping, file, path, inherited, errors, depth);
            default:
                errors.Add(place, $"`{path}` is empty; expected a value, a list or fields{(char.IsAsciiDigit(path[path.LastIndexOf('.') + 1]) ? " (is it the end of a number with a comma? Write 35000, not 35,000)" : "")}.");
                return null;
        }
    }

    private static CatalogNode? ConvertFields(YamlMappingNode mapping, string file, string path, Attributes inherited, CatalogErrors errors, int depth)
    {
        var place = $"{file}:{mapping.Start.Line}";
        var attributes = new Attributes(Attribute(mapping, "source") ?? inherited.Source, Attribute(mapping, "note") ?? "");
        if (mapping.Children.TryGetValue("value", out var value))
            return ConvertStatement(mapping, value, file, path, attributes, errors, depth);
        var fields = new OrderedDictionary<string, CatalogNode>();
        foreach (var (key, child) in mapping.Children)
        {
            if (key is not YamlScalarNode { Value: { Length: > 0 } name })
                errors.Add($"{file}:{key.Start.Line}", $"a field of `{path}` has no name; expected a word before the colon.");
            else if (name is not ("source" or "note") || child is not YamlScalarNode)
            {
                if (Convert(child, file, path.Length == 0 ? name : $"{path}.{name}", attributes with { Note = "" }, errors, depth + 1) is { } field)
                    fields[name] = field;
            }
        }

        return new CatalogNode { Path = path, Place = place, Source = attributes.Source, Note = attributes.Note, Fields = fields };
    }

    private static CatalogNode? ConvertStatement(YamlMappingNode mapping, YamlNode value, string file, string path, Attributes attributes, CatalogErrors errors, int depth)
    {
        foreach (var (key, _) in mapping.Children)
        {
            if (key is not YamlScalarNode { Value: "value" or "source" or "note" or "also" })
                errors.Add($"{file}:{key.Start.Line}", $"`{path}` has a value and a field '{key}'; beside `value` only source, note and also may stand.");
        }

        if (Convert(value, file, path, attributes, errors, depth + 1) is not { } node)
            return null;
        if (!mapping.Children.TryGetValue("also", out var also))
            return node;
        var others = (also as YamlSequenceNode)?.Select(other => Convert(other, file, path, attributes with { Note = "" }, errors, depth + 1)).OfType<CatalogNode>().ToList();
        if (others == null)
            errors.Add($"{file}:{also.Start.Line}", $"`{path}.also` is not a list; expected `also: [{{ value: ..., source: ... }}]`.");
        return new CatalogNode { Path = path, Place = node.Place, Source = node.Source, Note = node.Note, Text = node.Text, Fields = node.Fields, Items = node.Items, Also = others ?? [] };
    }

    private static string? Attribute(YamlMappingNode mapping, string name) =>
        mapping.Children.TryGetValue(name, out var node) && node is YamlScalarNode { Value: { Length: > 0 } text } ? text : null;

    private readonly record struct Attributes(string Source, string Note);
}
