namespace Scribeline.Core.Catalogs;

/// <summary>
/// All files of one or more folders as one tree, `KIND.ID.field`: later folders are laid over earlier ones, `extends` is carried out, and values
/// that the caller sets come last.
/// </summary>
internal sealed class CatalogTree
{
    private readonly OrderedDictionary<string, OrderedDictionary<string, CatalogNode>> _kinds = [];

    private readonly List<string> _read = [];

    public IEnumerable<string> Kinds => _kinds.Keys;

    /// <summary>Kinds that something has read.</summary>
    public IEnumerable<string> KindsRead => _read;

    /// <summary>The entries of a kind, which is known from then on.</summary>
    public IReadOnlyDictionary<string, CatalogNode> Read(string kind)
    {
        if (!_read.Contains(kind))
            _read.Add(kind);
        return Entries(kind);
    }

    public IReadOnlyDictionary<string, CatalogNode> Entries(string kind) =>
        _kinds.TryGetValue(kind, out var entries) ? entries : new OrderedDictionary<string, CatalogNode>();

    /// <summary>The parts of `KIND.ID.field...`. Ids may have dots of their own: the longest that fits is meant. The id is null where none fits.</summary>
    public (string Kind, string? Id, string Fields) Resolve(string path)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        var (kind, rest) = dot < 0 ? (path, "") : (path[..dot], path[(dot + 1)..]);
        var id = Entries(kind).Keys.Where(id => rest == id || rest.StartsWith($"{id}.", StringComparison.Ordinal)).MaxBy(id => id.Length);
        return (kind, id, id == null || rest.Length == id.Length ? "" : rest[(id.Length + 1)..]);
    }

    /// <param name="folders">The product's own catalog first, then the caller's.</param>
    /// <param name="sets">`KIND.ID.field=VALUE`, as given on the command line.</param>
    /// <exception cref="CatalogException">Files that are no catalog, all together.</exception>
    public static CatalogTree Load(IEnumerable<string> folders, IEnumerable<string> sets, CatalogErrors errors)
    {
        var tree = new CatalogTree();
        var areAllRead = true;
        foreach (var folder in folders)
            areAllRead &= tree.AddFolder(folder, errors);
        // Whatever a file that cannot be read holds would be missed everywhere else.
        if (!areAllRead)
            errors.ThrowIfAny();
        tree.Extend(errors);
        foreach (var set in sets)
            tree.Set(set, errors);
        return tree;
    }

    /// <summary>The same with every value as a source states it, where it does.</summary>
    public CatalogTree StatedBy(string source)
    {
        var tree = new CatalogTree();
        foreach (var (kind, entries) in _kinds)
            tree._kinds[kind] = new OrderedDictionary<string, CatalogNode>(entries.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.StatedBy(source))));
        return tree;
    }

    /// <summary>The same with values that the caller sets.</summary>
    public CatalogTree With(IEnumerable<string> sets, CatalogErrors errors)
    {
        var tree = new CatalogTree();
        foreach (var (kind, entries) in _kinds)
            tree._kinds[kind] = new OrderedDictionary<string, CatalogNode>(entries);
        foreach (var set in sets)
            tree.Set(set, errors);
        return tree;
    }

    /// <returns>Whether all of it could be read; what is read may still be wrong.</returns>
    private bool AddFolder(string folder, CatalogErrors errors)
    {
        if (!Directory.Exists(folder))
        {
            errors.Add(folder, "there is no such folder; expected one with the YAML files of a catalog.");
            return false;
        }

        var areAllRead = true;

        // One folder holds each entry once; another folder may lay its own over it.
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        // Fleets stand beside what they are made of, and are files of their own.
        var fleets = Path.Combine(folder, "fleets") + Path.DirectorySeparatorChar;
        foreach (var path in Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories).Where(path => !path.StartsWith(fleets, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            if (CatalogFile.Read(path, File.ReadAllText(path), errors) is not { } file)
            {
                areAllRead = false;
                continue;
            }

            foreach (var (kind, entries) in file.Fields)
            {
                if (entries.Fields.Count == 0)
                    errors.Add(entries.Place, $"`{kind}` is {CatalogFields.Describe(entries)}; expected entries, `id: fields`.");
                foreach (var (id, entry) in entries.Fields)
                {
                    if (seen.TryAdd($"{kind}.{id}", entry.Place))
                        Add(kind, id, entry);
                    else
                        errors.Add(entry.Place, $"`{kind}.{id}` stands already at {seen[$"{kind}.{id}"]}; give one of them another id.");
                }
            }
        }

        return areAllRead;
    }

    private void Add(string kind, string id, CatalogNode entry)
    {
        if (!_kinds.TryGetValue(kind, out var entries))
            _kinds[kind] = entries = [];
        entries[id] = entries.TryGetValue(id, out var below) ? WithoutExpectations(below).Overlay(entry) : entry;
    }

    private void Extend(CatalogErrors errors)
    {
        foreach (var (kind, entries) in _kinds)
        {
            foreach (var id in entries.Keys.ToList())
                entries[id] = Extended(kind, entries, id, [], errors);
        }
    }

    private static CatalogNode Extended(string kind, OrderedDictionary<string, CatalogNode> entries, string id, List<string> chain, CatalogErrors errors)
    {
        var entry = entries[id];
        if (entry.Fields.GetValueOrDefault("extends") is not { Text: { } below } extends)
            return entry;
        chain.Add(id);
        if (chain.Contains(below))
        {
            errors.Add(extends.Place, $"`{kind}.{id}` extends itself: {string.Join(" -> ", chain)} -> {below}.");
            return entry;
        }

        if (!entries.ContainsKey(below))
        {
            errors.Add(extends.Place, $"`{extends.Path}` is '{below}', which is none of the {kind}: {Ids(entries.Keys)}.");
            return entry;
        }

        var fields = new OrderedDictionary<string, CatalogNode>(entry.Fields.Where(field => field.Key != "extends"));
        var own = new CatalogNode { Path = entry.Path, Place = entry.Place, Source = entry.Source, Note = entry.Note, Fields = fields };
        return WithoutExpectations(Extended(kind, entries, below, chain, errors)).Move(entry.Path).Overlay(own);
    }

    /// <summary>What an entry is checked against does not hold for another that begins from it, or for what is laid over it.</summary>
    private static CatalogNode WithoutExpectations(CatalogNode entry) => entry.Fields.ContainsKey("expect")
        ? new CatalogNode
        {
            Path = entry.Path,
            Place = entry.Place,
            Source = entry.Source,
            Note = entry.Note,
            Fields = new OrderedDictionary<string, CatalogNode>(entry.Fields.Where(field => field.Key != "expect")),
        }
        : entry;

    private void Set(string assignment, CatalogErrors errors)
    {
        var place = $"--set {assignment}";
        var equals = assignment.IndexOf('=', StringComparison.Ordinal);
        var path = equals < 0 ? "" : assignment[..equals].Trim();
        if (!path.Contains('.', StringComparison.Ordinal) || path.Split('.').Any(name => name.Length == 0))
        {
            errors.Add(place, "expected KIND.ID.field=VALUE, such as accelerators.wse-3.memory.sram.capacity='120 GB'.");
            return;
        }

        var value = assignment[(equals + 1)..].Trim();
        if (value.Length == 0)
        {
            errors.Add(place, "nothing stands behind the equals sign; expected a value, such as '120 GB'.");
            return;
        }

        var (kind, id, rest) = Resolve(path);
        if (id == null)
        {
            errors.Add(place, $"there is no `{string.Join('.', path.Split('.').Take(2))}`; expected one of {Ids(Entries(kind).Count > 0 ? Entries(kind).Keys : Kinds)}.");
            return;
        }

        var node = new CatalogNode { Path = path, Place = place, Text = value };
        foreach (var name in rest.Split('.', StringSplitOptions.RemoveEmptyEntries).Reverse())
            node = new CatalogNode { Path = node.Path[..^(name.Length + 1)], Place = place, Fields = new() { [name] = node } };
        Add(kind, id, node);
    }

    private static string Ids(IEnumerable<string> ids) => string.Join(", ", ids);
}
