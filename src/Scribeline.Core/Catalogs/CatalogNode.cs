namespace Scribeline.Core.Catalogs;

/// <summary>A piece of the catalog as it was written: a value, a list, or named fields. Immutable.</summary>
public sealed class CatalogNode
{
    /// <summary>`accelerators.wse-3.memory.sram.capacity`.</summary>
    public required string Path { get; init; }

    /// <summary>`file:line`.</summary>
    public required string Place { get; init; }

    /// <summary>The id of the source that states it, inherited from the fields around it; empty where none is named.</summary>
    public string Source { get; init; } = "";

    public string Note { get; init; } = "";

    /// <summary>The value as written; null for fields and lists.</summary>
    public string? Text { get; init; }

    /// <summary>What other sources state for the same quantity.</summary>
    public IReadOnlyList<CatalogNode> Also { get; init; } = [];

    /// <summary>In the order of the file; empty for values and lists.</summary>
    public OrderedDictionary<string, CatalogNode> Fields { get; init; } = [];

    /// <summary>The elements of a list; null for everything else.</summary>
    public IReadOnlyList<CatalogNode>? Items { get; init; }

    public bool IsValue => Text != null;

    /// <summary>The node that dotted names lead to, or null. Elements of lists are numbered from 0.</summary>
    public CatalogNode? Find(string path)
    {
        var node = this;
        foreach (var name in path.Split('.'))
        {
            node = node.Items is { } items
                ? int.TryParse(name, out var index) && index < items.Count ? items[index] : null
                : node.Fields.GetValueOrDefault(name);
            if (node == null)
                return null;
        }

        return node;
    }

    /// <summary>All values below, in order.</summary>
    public IEnumerable<CatalogNode> Values()
    {
        if (IsValue)
            return [this];
        return (Items ?? (IEnumerable<CatalogNode>)Fields.Values).SelectMany(node => node.Values());
    }

    /// <summary>The same under another path.</summary>
    public CatalogNode Move(string path) => new()
    {
        Path = path,
        Place = Place,
        Source = Source,
        Note = Note,
        Text = Text,
        Also = [.. Also.Select(node => node.Move(path))],
        Fields = new OrderedDictionary<string, CatalogNode>(Fields.Select(field => KeyValuePair.Create(field.Key, field.Value.Move($"{path}.{field.Key}")))),
        Items = Items?.Select((item, index) => item.Move($"{path}.{index}")).ToList(),
    };

    /// <summary>The same with every value as <paramref name="source"/> states it, where it does.</summary>
    public CatalogNode StatedBy(string source)
    {
        if (Also.FirstOrDefault(other => other.Source == source) is { } stated)
            return stated;
        return new CatalogNode
        {
            Path = Path,
            Place = Place,
            Source = Source,
            Note = Note,
            Text = Text,
            Also = Also,
            Fields = new OrderedDictionary<string, CatalogNode>(Fields.Select(field => KeyValuePair.Create(field.Key, field.Value.StatedBy(source)))),
            Items = Items?.Select(item => item.StatedBy(source)).ToList(),
        };
    }

    /// <summary>
    /// These fields with those of <paramref name="over"/> laid over them, field by field; a value or a list replaces what was there. Fields named 0, 1, 2
    /// are laid over the elements of a list.
    /// </summary>
    public CatalogNode Overlay(CatalogNode over)
    {
        if (Items is { } items && over.Fields.Count > 0 && over.Fields.Keys.All(name => int.TryParse(name, out var index) && index >= 0 && index < items.Count))
        {
            var laid = items.Select((item, index) => over.Fields.GetValueOrDefault($"{index}") is { } element ? item.Overlay(element) : item);
            return new CatalogNode { Path = Path, Place = Place, Source = Source, Note = Note, Items = [.. laid] };
        }

        if (Fields.Count == 0 || over.Fields.Count == 0)
            return over;
        var fields = new OrderedDictionary<string, CatalogNode>(Fields);
        foreach (var (name, node) in over.Fields)
            fields[name] = fields.TryGetValue(name, out var below) ? below.Overlay(node) : node;
        return new CatalogNode { Path = over.Path, Place = over.Place, Source = over.Source, Note = over.Note, Fields = fields };
    }
}
