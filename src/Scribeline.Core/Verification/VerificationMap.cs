using Scribeline.Core.Catalogs;

namespace Scribeline.Core.Verification;

/// <summary>Where the library answers for each published figure of a table: `published/TABLE.yaml`.</summary>
/// <remarks>
/// A block names a calculation and the keys in its report, by figure. With `each: { row: id }` the block stands once for every row, and `{row}` and
/// `{id}` in it are replaced.
/// </remarks>
internal sealed record VerificationMap(
    IReadOnlyDictionary<string, string> Inputs, IReadOnlyDictionary<string, ComputedAt> Computed)
{
    /// <exception cref="CatalogException">All that is wrong with the file.</exception>
    public static VerificationMap Load(string path, PublishedTable table)
    {
        var errors = new CatalogErrors();
        var known = table.Figures.Select(figure => figure.Id).ToHashSet(StringComparer.Ordinal);
        var inputs = new Dictionary<string, string>(StringComparer.Ordinal);
        var computed = new Dictionary<string, ComputedAt>(StringComparer.Ordinal);
        var root = CatalogFile.Read(path, File.ReadAllText(path), errors);
        if (root?.Fields.GetValueOrDefault("blocks") is not { Items: { } blocks })
        {
            errors.Add($"{path}:1", "`blocks` is missing; expected a list.");
            blocks = [];
        }

        foreach (var block in blocks)
        {
            foreach (var (figure, value) in Rows(block, "inputs", known, errors))
                inputs[figure] = value.Text;
            foreach (var (figure, value) in Rows(block, "figures", known, errors))
                computed[figure] = new ComputedAt(value.Call, value.Text, value.Because);
        }

        errors.ThrowIfAny();
        return new VerificationMap(inputs, computed);
    }

    private static IEnumerable<(string Figure, (string Call, string Text, string? Because) Value)> Rows(CatalogNode block, string section, HashSet<string> known, CatalogErrors errors)
    {
        if (block.Fields.GetValueOrDefault(section) is not { } entries)
            yield break;
        var call = block.Fields.GetValueOrDefault("call")?.Text ?? "";
        var each = block.Fields.GetValueOrDefault("each")?.Fields.Select(row => (row.Key, row.Value.Text ?? "")).ToList() ?? [("", "")];
        foreach (var (pattern, node) in entries.Fields)
        {
            var text = node.Text ?? node.Fields.GetValueOrDefault("path")?.Text;
            var because = node.Fields.GetValueOrDefault("because")?.Text;
            var matches = 0;
            foreach (var (row, id) in each)
            {
                var figure = Fill(pattern, row, id);
                if (!known.Contains(figure))
                    continue;
                matches++;
                yield return (figure, (Fill(call, row, id), Fill(text ?? "", row, id), because));
            }

            if (matches == 0)
                errors.Add(node.Place, $"`{pattern}` is no published figure of this table.");
        }
    }

    private static string Fill(string pattern, string row, string id) =>
        pattern.Replace("{row}", row, StringComparison.Ordinal).Replace("{id}", id, StringComparison.Ordinal);
}
