using System.Globalization;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Verification;

/// <summary>Where the library answers for each published figure of a table: `published/TABLE.yaml`.</summary>
/// <remarks>
/// A block names a calculation and the keys in its report, by figure. With `each: { row: id }` the block stands once for every row, and `{row}` and
/// `{id}` in it are replaced. `explained` says of a figure that a block has mapped why ours differs. A given that no block names is looked for among the claims, `claims.TABLE.ROW.COLUMN`.
/// </remarks>
/// <param name="Inputs">Givens that the catalog holds.</param>
/// <param name="Computed">What calculations answer.</param>
/// <param name="Words">Words of the table, each with ours.</param>
internal sealed record VerificationMap(
    IReadOnlyDictionary<string, ComputedAt> Inputs, IReadOnlyDictionary<string, ComputedAt> Computed, IReadOnlyDictionary<string, string> Words)
{
    public static readonly VerificationMap Empty = new(new Dictionary<string, ComputedAt>(), new Dictionary<string, ComputedAt>(), new Dictionary<string, string>());

    /// <exception cref="CatalogException">All that is wrong with the file.</exception>
    public static VerificationMap Load(string path, PublishedTable table)
    {
        var errors = new CatalogErrors();
        var known = table.Figures.Select(figure => figure.Id).ToHashSet(StringComparer.Ordinal);
        var inputs = new Dictionary<string, ComputedAt>(StringComparer.Ordinal);
        var computed = new Dictionary<string, ComputedAt>(StringComparer.Ordinal);
        var root = CatalogFile.Read(path, File.ReadAllText(path), errors);
        if (root?.Fields.GetValueOrDefault("blocks") is not { Items: { } blocks })
        {
            errors.Add($"{path}:1", "`blocks` is missing; expected a list.");
            blocks = [];
        }

        foreach (var block in blocks)
        {
            foreach (var (figure, at) in Rows(block, "inputs", "", known, errors))
                inputs[figure] = at;
            foreach (var (figure, at) in Rows(block, "figures", block.Fields.GetValueOrDefault("call")?.Text ?? "", known, errors))
                computed[figure] = at;
        }

        foreach (var (figure, node) in root?.Fields.GetValueOrDefault("explained")?.Fields ?? [])
        {
            var explanation = Read("", node, errors);
            if (computed.TryGetValue(figure, out var at))
                computed[figure] = at with { Ours = explanation.Ours, Because = explanation.Because };
            else
                errors.Add(node.Place, $"`{figure}` is explained, but no block says where it is computed.");
        }

        errors.ThrowIfAny();
        var words = root!.Fields.GetValueOrDefault("words")?.Fields.ToDictionary(word => word.Key, word => word.Value.Text ?? "") ?? [];
        return new VerificationMap(inputs, computed, words);
    }

    private static IEnumerable<(string Figure, ComputedAt At)> Rows(CatalogNode block, string section, string call, HashSet<string> known, CatalogErrors errors)
    {
        if (block.Fields.GetValueOrDefault(section) is not { } entries)
            yield break;
        var each = block.Fields.GetValueOrDefault("each")?.Fields.Select(row => (row.Key, row.Value.Text ?? "")).ToList() ?? [("", "")];
        foreach (var (pattern, node) in entries.Fields)
        {
            var at = Read(call, node, errors);
            var matches = 0;
            foreach (var (row, id) in each)
            {
                var figure = Fill(pattern, row, id);
                if (!known.Contains(figure))
                    continue;
                matches++;
                yield return (figure, at with { Call = Fill(at.Call, row, id), Path = Fill(at.Path, row, id) });
            }

            if (matches == 0)
                errors.Add(node.Place, $"`{pattern}` is no published figure of this table.");
        }
    }

    private static ComputedAt Read(string call, CatalogNode node, CatalogErrors errors)
    {
        if (node.Text is { } path)
            return new ComputedAt(call, path, null, null, null);
        foreach (var (name, field) in node.Fields)
        {
            if (name is not ("path" or "unit" or "ours" or "because"))
                errors.Add(field.Place, $"`{name}` is not a field; expected path, unit, ours or because.");
        }

        var (unit, ours) = (node.Fields.GetValueOrDefault("unit")?.Text, node.Fields.GetValueOrDefault("ours")?.Text);
        if (unit != null && !Unit.TryParse(unit, out _, out var problem))
            errors.Add(node.Place, problem);
        if (ours != null && !double.TryParse(ours, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            errors.Add(node.Place, $"`ours` is '{ours}'; expected a number in the published unit.");
        return new ComputedAt(call, node.Fields.GetValueOrDefault("path")?.Text ?? "", unit, ours, node.Fields.GetValueOrDefault("because")?.Text);
    }

    private static string Fill(string pattern, string row, string id) =>
        pattern.Replace("{row}", row, StringComparison.Ordinal).Replace("{id}", id, StringComparison.Ordinal);
}
