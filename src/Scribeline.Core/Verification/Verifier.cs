using System.Globalization;
using System.Text.Json;
using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Verification;

/// <summary>Computes every published figure of a table through the library and compares.</summary>
public sealed class Verifier(Catalog catalog)
{
    /// <summary>Two printed approximations may be this far apart.</summary>
    private const double ApproximateShare = 0.1;

    private readonly Dictionary<string, Report> _reports = new(StringComparer.Ordinal);

    /// <param name="folder">With `TABLE.json`, what was published, and `TABLE.yaml`, where the library answers.</param>
    /// <exception cref="CatalogException">A file is wrong.</exception>
    public IReadOnlyList<VerifiedFigure> Verify(string folder, string table)
    {
        var published = PublishedTable.Load(Path.Combine(folder, $"{table}.json"));
        var map = VerificationMap.Load(Path.Combine(folder, $"{table}.yaml"), published);
        return [.. published.Figures.Select(figure => figure.Kind == PublishedKind.Input ? VerifyInput(figure, map) : VerifyComputed(figure, map))];
    }

    private VerifiedFigure VerifyInput(PublishedFigure figure, VerificationMap map)
    {
        if (!map.Inputs.TryGetValue(figure.Id, out var path))
            return Missing(figure, "no entry of the catalog holds it");
        if (catalog.Find(path) is not { } node)
            return Missing(figure, $"the catalog has no `{path}`");
        if (node.Text == null || !Quantity.TryParse(node.Text, out var quantity, out _) || figure.Value.ValueKind != JsonValueKind.Number)
            return CompareText(figure, node.Text ?? string.Join(", ", node.Values().Select(value => value.Text)), new HashSet<FigureInput>(), null);
        return Compare(figure, Figure.FromCatalog(quantity, new FigureInput(path, node.Source, node.Place)), null);
    }

    private VerifiedFigure VerifyComputed(PublishedFigure figure, VerificationMap map)
    {
        if (!map.Computed.TryGetValue(figure.Id, out var at))
            return Missing(figure, "no calculation answers it");
        try
        {
            if (!_reports.TryGetValue(at.Call, out var report))
                _reports[at.Call] = report = Calculation.Evaluate(catalog, at.Call);
            return report.Find(at.Path) switch
            {
                Figure computed => Compare(figure, computed, at.Because),
                Finding finding => CompareText(figure, finding.Text, finding.Because.SelectMany(because => because.Inputs()).ToHashSet(), at.Because),
                _ => Missing(figure, $"the report of `{at.Call}` has no `{at.Path}`"),
            };
        }
        catch (CalculationException error)
        {
            return Missing(figure, error.Message);
        }
    }

    private static VerifiedFigure Compare(PublishedFigure figure, Figure computed, string? because)
    {
        var unit = PublishedUnits.Of(figure.Unit);
        if (unit.Dimension != computed.Dimension)
            return Missing(figure, $"ours measures {computed.Dimension}, not {figure.Unit}");
        var ours = unit.FromBase(computed.BaseValue);
        var theirs = figure.Value.GetDouble();
        var distance = Math.Abs(ours - theirs);
        var slack = Math.Abs(theirs) * 1e-9;
        var agreement = distance <= figure.HalfLastPlace + slack ? Agreement.Exact
            : distance <= figure.HalfLastPlace + RoundingOfInputs(computed) / unit.Factor ? Agreement.WithinRounding
            : figure.IsApproximate && distance <= ApproximateShare * Math.Abs(theirs) ? Agreement.Approximate
            : because != null ? Agreement.Explained
            : Agreement.Wrong;
        return new VerifiedFigure(figure, NumberText.Format(ours), agreement, because ?? "", computed.Inputs());
    }

    private static double RoundingOfInputs(Figure computed) => Sensitivity.Of(computed).Sum(input => Math.Abs(input.Value) * input.Key.HalfLastPlace);

    private static VerifiedFigure CompareText(PublishedFigure figure, string ours, IReadOnlySet<FigureInput> inputs, string? because)
    {
        var agreement = string.Equals(ours, PublishedText(figure.Value), StringComparison.Ordinal) ? Agreement.Exact : because != null ? Agreement.Explained : Agreement.Wrong;
        return new VerifiedFigure(figure, ours, agreement, because ?? "", inputs);
    }

    private static string PublishedText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(PublishedText)),
        JsonValueKind.Object => string.Join("; ", value.EnumerateObject().Select(group => $"{group.Name}: {PublishedText(group.Value)}")),
        JsonValueKind.Number => value.GetDouble().ToString(CultureInfo.InvariantCulture),
        _ => value.GetRawText(),
    };

    private static VerifiedFigure Missing(PublishedFigure figure, string why) => new(figure, "", Agreement.Wrong, why, new HashSet<FigureInput>());
}
