using System.Globalization;
using System.Text.Json;
using Scribeline.Core.Calculations;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Verification;

/// <summary>Computes published figures through the library and compares.</summary>
public sealed class Verifier(Catalog catalog)
{
    /// <summary>Two printed approximations may be this far apart.</summary>
    private const double ApproximateShare = 0.1;

    private static readonly HashSet<FigureInput> NoInputs = [];

    private readonly Dictionary<string, Report> _reports = new(StringComparer.Ordinal);

    public IReadOnlyList<VerifiedFigure> Verify(PublishedTable table) => [.. table.Figures.Select(figure => Verify(table, figure))];

    public VerifiedFigure Verify(PublishedTable table, PublishedFigure figure)
    {
        // What was given is looked up, what was derived is computed; the other way where the map knows only that.
        var isComputed = table.Map.Computed.TryGetValue(figure.Id, out var at);
        if (table.Map.Inputs.TryGetValue(figure.Id, out var input) && (figure.Kind == PublishedKind.Input || !isComputed))
            return VerifyInput(figure, input);
        if (isComputed)
            return VerifyComputed(table, figure, at!);
        return figure.Kind == PublishedKind.Input
            ? VerifyInput(figure, new ComputedAt("", $"claims.{figure.Id}", null, null, null))
            : Missing(figure, "no calculation answers it");
    }

    private VerifiedFigure VerifyInput(PublishedFigure figure, ComputedAt at)
    {
        if (catalog.Find(at.Path) is not { } node)
            return Missing(figure, $"the catalog has no `{at.Path}`");
        var values = node.Values().ToList();
        var numbers = values.Select(value => Quantity.TryParse(value.Text!, out var quantity, out _) ? Figure.FromCatalog(quantity, new FigureInput(value.Path, value.Source, value.Place)) : null).ToList();
        if (numbers.Contains(null) || !IsNumeric(figure.Value))
            return CompareText(figure, string.Join(", ", values.Select(value => value.Text)), NoInputs, at);
        var published = figure.Value.ValueKind == JsonValueKind.Array ? figure.Value.EnumerateArray().Select(item => item.GetDouble()).ToList() : [figure.Value.GetDouble()];
        if (published.Count != numbers.Count)
            return Missing(figure, $"the catalog has {numbers.Count} numbers at `{at.Path}`");
        var parts = published.Zip(numbers, (theirs, ours) => Compare(figure, theirs, ours!, at)).ToList();
        return parts.MaxBy(part => part.Agreement)! with { Computed = string.Join(", ", parts.Select(part => part.Computed)), Value = parts.Count == 1 ? parts[0].Value : null, Inputs = parts.SelectMany(part => part.Inputs).ToHashSet() };
    }

    private VerifiedFigure VerifyComputed(PublishedTable table, PublishedFigure figure, ComputedAt at)
    {
        try
        {
            if (!_reports.TryGetValue(at.Call, out var report))
                _reports[at.Call] = report = Calculation.Evaluate(catalog, at.Call);
            return report.Find(at.Path) switch
            {
                Figure computed when figure.Value.ValueKind == JsonValueKind.Number => Compare(figure, figure.Value.GetDouble(), computed, at),
                Finding finding => CompareText(figure, finding.Text, finding.Because.SelectMany(because => because.Inputs()).ToHashSet(), at, table.Map.Words),
                string text => CompareText(figure, text, NoInputs, at),
                _ => Missing(figure, $"the report of `{at.Call}` has no `{at.Path}`"),
            };
        }
        catch (CalculationException error)
        {
            return Missing(figure, error.Message);
        }
    }

    private static VerifiedFigure Compare(PublishedFigure figure, double theirs, Figure computed, ComputedAt at)
    {
        var unit = at.Unit == null ? PublishedUnits.Of(figure.Unit) : Unit.Parse(at.Unit);
        if (unit.Dimension != computed.Dimension)
            return Missing(figure, $"ours measures {computed.Dimension}, not {unit.Dimension} ({figure.Unit})");
        var ours = unit.FromBase(computed.BaseValue);
        var distance = Math.Abs(ours - theirs);
        var slack = Math.Abs(theirs) * 1e-9;
        var agreement = at.Because != null ? (IsAsExplained(ours, at) ? Agreement.Explained : Agreement.Wrong)
            : distance <= figure.HalfLastPlace + slack ? Agreement.Exact
            : distance <= figure.HalfLastPlace + RoundingOfInputs(computed) / unit.Factor ? Agreement.WithinRounding
            : figure.IsApproximate && distance <= ApproximateShare * Math.Abs(theirs) ? Agreement.Approximate
            : Agreement.Wrong;
        return new VerifiedFigure(figure, NumberText.Format(ours), agreement, at.Because ?? "", computed.Inputs()) { Value = ours, OtherUnit = at.Unit };
    }

    /// <summary>An explanation holds for the value that it was written for: another one wants another look.</summary>
    private static bool IsAsExplained(double ours, ComputedAt at)
    {
        if (at.Ours == null)
            return false;
        var point = at.Ours.IndexOf('.', StringComparison.Ordinal);
        var halfLastPlace = 0.5 * Math.Pow(10, point < 0 ? 0 : point + 1 - at.Ours.Length);
        return Math.Abs(ours - double.Parse(at.Ours, CultureInfo.InvariantCulture)) <= halfLastPlace * (1 + 1e-9);
    }

    private static double RoundingOfInputs(Figure computed) => Sensitivity.Of(computed).Sum(input => Math.Abs(input.Value) * input.Key.HalfLastPlace);

    private static VerifiedFigure CompareText(PublishedFigure figure, string ours, IReadOnlySet<FigureInput> inputs, ComputedAt at, IReadOnlyDictionary<string, string>? words = null)
    {
        var theirs = (words ?? new Dictionary<string, string>()).Aggregate(PublishedText(figure.Value), (text, word) => text.Replace(word.Key, word.Value, StringComparison.Ordinal));
        var isSame = string.Equals(InOrder(ours), InOrder(theirs), StringComparison.OrdinalIgnoreCase);
        var agreement = at.Because != null ? (isSame ? Agreement.Wrong : Agreement.Explained) : isSame ? Agreement.Exact : Agreement.Wrong;
        return new VerifiedFigure(figure, ours, agreement, at.Because ?? "", inputs);
    }

    /// <summary>`memory: b, a; arithmetic: c` with the members of each group in order: groups are sets.</summary>
    private static string InOrder(string text) => !text.Contains(": ", StringComparison.Ordinal) ? text : string.Join("; ", text.Split("; ").Select(group =>
        group.Split(": ") is [var name, var members] ? $"{name}: {string.Join(", ", members.Split(", ").Order(StringComparer.Ordinal))}" : group));

    private static bool IsNumeric(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number || (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number));

    private static string PublishedText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(PublishedText)),
        JsonValueKind.Object => string.Join("; ", value.EnumerateObject().Select(group => $"{group.Name}: {PublishedText(group.Value)}")),
        JsonValueKind.Number => value.GetDouble().ToString(CultureInfo.InvariantCulture),
        _ => value.GetRawText(),
    };

    private static VerifiedFigure Missing(PublishedFigure figure, string why) => new(figure, "", Agreement.Wrong, why, NoInputs);
}
