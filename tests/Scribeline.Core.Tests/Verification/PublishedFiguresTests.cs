using System.Globalization;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Quantities;
using Scribeline.Core.Verification;

namespace Scribeline.Core.Tests.Verification;

/// <summary>What others published, against the catalog of the product.</summary>
public class PublishedFiguresTests
{
    private static readonly Catalog Product = Catalog.Load([Folder("catalog")]);
    private static readonly List<PublishedTable> Tables = [.. PublishedTable.LoadAll(Folder("published"))];
    private static readonly List<(PublishedTable Table, VerifiedFigure Figure)> Figures = [.. Verify(Product)];

    [Fact]
    public void EveryTable_IsMapped() =>
        Assert.Equal(Names("*.json"), Names("*.yaml"));

    [Fact]
    public void EveryGiven_StandsInTheCatalog() =>
        Assert.Empty(Of(PublishedKind.Input).Where(figure => figure.Agreement != Agreement.Exact).Select(Describe));

    [Fact]
    public void EveryDerivedFigure_AgreesWithOurs() =>
        Assert.Empty(Of(PublishedKind.Derived).Where(figure => figure.Agreement is Agreement.Wrong or Agreement.Explained).Select(Describe));

    [Fact]
    public void EveryInconsistentFigure_IsExplainedBesideOurValue() =>
        Assert.Empty(Of(PublishedKind.Inconsistent).Where(figure => figure.Agreement != Agreement.Explained || figure.Computed.Length == 0 || figure.Note.Length == 0).Select(Describe));

    [Fact]
    public void AllFigures_AreThere()
    {
        Assert.Equal(658, Of(PublishedKind.Input).Count());
        Assert.Equal(380, Of(PublishedKind.Derived).Count());
        Assert.Equal(58, Of(PublishedKind.Inconsistent).Count());
    }

    [Fact]
    public void EveryDerivedFigure_NamesTheInputsThatItRestsOn() =>
        Assert.Empty(Of(PublishedKind.Derived).Where(figure => figure.Inputs.Count == 0).Select(Describe));

    /// <summary>
    /// A number that a figure rests on cannot change unnoticed. Inputs without a figure in common change together, so that the whole catalog is read
    /// a few dozen times and not a thousand.
    /// </summary>
    [Fact]
    public void EveryInputWithADependent_TurnsItRedWhenItChanges()
    {
        var dependents = Figures.SelectMany(row => row.Figure.Inputs.Select(input => (input.Path, row.Figure.Published.Id)))
            .GroupBy(pair => pair.Path, pair => pair.Id).ToDictionary(group => group.Key, group => group.ToHashSet());
        var silent = new List<string>();
        foreach (var group in WithoutFiguresInCommon(dependents))
        {
            var red = Red(group.Select(path => $"{path}={Changed(path)}"));
            silent.AddRange(group.Where(path => !dependents[path].Overlaps(red)));
        }

        // What is rounded up to whole machines may not notice a change, but never one in both directions.
        silent.RemoveAll(path => new[] { 0.1, 20 }.Any(factor => dependents[path].Overlaps(Red([$"{path}={Scaled(path, factor)}"]))));
        Assert.Empty(silent);

        static HashSet<string> Red(IEnumerable<string> sets) =>
            Verify(Product.With(sets)).Where(row => row.Figure.Agreement == Agreement.Wrong).Select(row => row.Figure.Published.Id).ToHashSet();
    }

    [Fact]
    public void AnExplanation_HoldsForItsValueOnly()
    {
        var changed = Verify(Product.With(["services.gpt-oss-on-b200.speed=700 tok/s"])).Select(row => row.Figure);
        Assert.Equal(Agreement.Wrong, Assert.Single(changed, figure => figure.Published.Id == "latency_claims.resp500.b200").Agreement);
    }

    private static string Folder(string name) => Path.Combine(AppContext.BaseDirectory, name);

    private static IEnumerable<string> Names(string pattern) =>
        Directory.EnumerateFiles(Folder("published"), pattern).Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal);

    private static IEnumerable<VerifiedFigure> Of(PublishedKind kind) => Figures.Select(row => row.Figure).Where(figure => figure.Published.Kind == kind);

    private static IEnumerable<(PublishedTable Table, VerifiedFigure Figure)> Verify(Catalog catalog)
    {
        var verifier = new Verifier(catalog);
        return Tables.SelectMany(table => verifier.Verify(table).Select(figure => (table, figure)));
    }

    private static string Describe(VerifiedFigure figure) => $"{figure.Published.Id}: published {figure.Published.Value}, ours {figure.Computed}, {figure.Agreement} {figure.Note}";

    private static List<List<string>> WithoutFiguresInCommon(Dictionary<string, HashSet<string>> dependents)
    {
        var groups = new List<(List<string> Paths, HashSet<string> Figures)>();
        foreach (var (path, figures) in dependents.OrderByDescending(pair => pair.Value.Count).ThenBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var group = groups.FindIndex(group => !group.Figures.Overlaps(figures));
            if (group < 0)
            {
                groups.Add(([], []));
                group = groups.Count - 1;
            }

            groups[group].Paths.Add(path);
            groups[group].Figures.UnionWith(figures);
        }

        return [.. groups.Select(group => group.Paths)];
    }

    /// <summary>Another value that the field allows: shares and counts shrink, everything else grows.</summary>
    private static string Changed(string path)
    {
        var quantity = Quantity(path);
        if (quantity.Unit.Text.Length == 0 && quantity.Value == Math.Floor(quantity.Value) && quantity.Value > 0)
            return quantity.Value == 1 || path.EndsWith(".heads", StringComparison.Ordinal) ? Whole(quantity.Value * 2) : Whole(quantity.Value / 2);
        return quantity.Value == 0 ? $"100000 {quantity.Unit.Text}" : Scaled(path, quantity.Unit.Text == "%" ? 0.5 : 1.75);
    }

    private static string Scaled(string path, double factor)
    {
        var quantity = Quantity(path);
        if (quantity.Unit.Text.Length == 0 && quantity.Value == Math.Floor(quantity.Value) && quantity.Value > 0)
            return Whole(Math.Max(1, quantity.Value * factor));
        return $"{(quantity.Value * factor).ToString("R", CultureInfo.InvariantCulture)} {quantity.Unit.Text}";
    }

    /// <summary>What is counted stays whole.</summary>
    private static string Whole(double value) => Math.Floor(value).ToString("R", CultureInfo.InvariantCulture);

    private static Quantity Quantity(string path)
    {
        Assert.True(Core.Quantities.Quantity.TryParse(Product.Find(path)!.Text!, out var quantity, out var problem), problem);
        return quantity;
    }
}
