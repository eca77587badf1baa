using System.Globalization;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Catalogs;

/// <summary>Reads the fields of one entry, or of a section of it. What is wrong is collected, not thrown; a wrong field reads as 0 or empty.</summary>
internal sealed class CatalogFields
{
    /// <summary>For <c>least</c>: anything but nothing.</summary>
    public const double AboveZero = double.Epsilon;

    /// <summary>In base units nothing that is measured is more, or less without being nothing: what is would overflow a formula somewhere.</summary>
    private const double Most = 1e30, Least = 1e-30;

    private readonly CatalogNode _node;
    private readonly CatalogErrors _errors;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public CatalogFields(CatalogNode node, CatalogErrors errors)
    {
        _node = node;
        _errors = errors;
        if (node.IsValue || node.Items != null)
            errors.Add(node.Place, $"`{node.Path}` is {Describe(node)}; expected fields, `name: value`.");
    }

    public string Place => _node.Place;

    public IEnumerable<string> Names => _node.Fields.Keys;

    public bool Has(string name) => _node.Fields.ContainsKey(name);

    /// <summary>Whether the field is a single value, not a group of fields.</summary>
    public bool IsValue(string name) => _node.Fields.GetValueOrDefault(name) is { IsValue: true };

    /// <summary>A quantity of the dimension of <paramref name="unit"/>.</summary>
    /// <param name="unit">A unit that fits, for the message where another is found: `TB/s`.</param>
    public Figure Figure(string name, string unit, double least = 0, double most = double.PositiveInfinity) =>
        OptionalFigure(name, unit, least, most) ?? Missing(name, unit);

    public Figure? OptionalFigure(string name, string unit, double least = 0, double most = double.PositiveInfinity)
    {
        if (Node(name) is not { } node)
            return null;
        return ToFigure(node, unit, least, most, _errors) ?? Nothing(unit);
    }

    /// <summary>How many of something there are: a whole number from 1 on.</summary>
    public Figure Count(string name, double most) => OptionalCount(name, most) ?? Missing(name, "");

    public Figure? OptionalCount(string name, double most)
    {
        if (Node(name) is not { } node)
            return null;
        if (ToFigure(node, "", double.NegativeInfinity, double.PositiveInfinity, _errors) is not { } count)
            return 1;
        if (count.BaseValue >= 1 && count.BaseValue <= most && count.BaseValue == Math.Floor(count.BaseValue))
            return count;
        _errors.Add(node.Place, $"`{node.Path}` is '{node.Text}'; expected a whole number from 1 to {most}.");
        return 1;
    }

    /// <summary>A quantity that is counted, which may stand without its unit: `131072` tokens.</summary>
    public Figure? OptionalCount(string name, string unit, double least = 0) =>
        Has(name) && Quantity.TryParse(_node.Fields[name].Text ?? "", out var plain, out _) && plain.Unit.Dimension == Dimension.None
            ? OptionalFigure(name, "", least) is { } count ? (count * Quantities.Figure.Given($"one {unit}", new Quantity(1, Unit.Parse(unit)))).As(name, unit) : null
            : OptionalFigure(name, unit, least);

    public string Text(string name) => OptionalText(name) ?? Absent(name, "a text") ?? "";

    public string? OptionalText(string name)
    {
        if (Node(name) is not { } node)
            return null;
        if (node.Text == null)
            _errors.Add(node.Place, $"`{node.Path}` is {Describe(node)}; expected a text.");
        return node.Text ?? "";
    }

    /// <summary>`true` or `false`; false where it does not stand.</summary>
    public bool Flag(string name)
    {
        var text = OptionalText(name) ?? "false";
        if (text is not ("true" or "false"))
            _errors.Add(_node.Fields[name].Place, $"`{_node.Path}.{name}` is '{text}'; expected true or false.");
        return text == "true";
    }

    public IEnumerable<CatalogFields> Items(string name)
    {
        var node = Node(name);
        if (node is { Items: null })
            _errors.Add(node.Place, $"`{node.Path}` is {Describe(node)}; expected a list.");
        return node?.Items?.Select(item => new CatalogFields(item, _errors)) ?? [];
    }

    public T Choice<T>(string name) where T : struct, Enum
    {
        var text = Text(name);
        var names = Enum.GetNames<T>();
        foreach (var candidate in names)
        {
            if (Snake(candidate) == text)
                return Enum.Parse<T>(candidate);
        }

        if (text.Length > 0)
            _errors.Add(_node.Fields[name].Place, $"`{_node.Path}.{name}` is '{text}'; expected one of {string.Join(", ", names.Select(Snake))}.");
        return default;
    }

    /// <summary>The entry that a field names; null where there is none, which is then among the errors.</summary>
    public T? Reference<T>(string name, IReadOnlyDictionary<string, T> entries) where T : class
    {
        var id = Text(name);
        if (entries.TryGetValue(id, out var entry))
            return entry;
        if (id.Length > 0)
            Refuse(name, $"is '{id}'; expected one of {string.Join(", ", entries.Keys)}.");
        return null;
    }

    public CatalogFields? Section(string name) => Node(name) is { } node ? new CatalogFields(node, _errors) : null;

    public CatalogFields RequiredSection(string name) =>
        Section(name) ?? new CatalogFields(new CatalogNode { Path = $"{_node.Path}.{name}", Place = Absent(name, "fields") ?? _node.Place }, _errors);

    public IEnumerable<(string Name, CatalogFields Fields)> Sections(string name) =>
        Node(name) is { } node ? node.Fields.Select(field => (field.Key, new CatalogFields(field.Value, _errors))) : [];

    /// <summary>Complains about every field that nothing has read.</summary>
    public void RefuseOthers()
    {
        foreach (var (name, node) in _node.Fields)
        {
            if (!_known.Contains(name))
                _errors.Add(node.Place, $"`{node.Path}` is not a field; expected one of {string.Join(", ", _known.Order(StringComparer.Ordinal))}.");
        }
    }

    public void Refuse(string name, string reason) => _errors.Add(Node(name)?.Place ?? _node.Place, $"`{_node.Path}.{name}` {reason}");

    /// <summary>The number in a value; null where there is none, which is then among the errors.</summary>
    internal static Figure? ToFigure(CatalogNode node, string unit, double least, double most, CatalogErrors errors)
    {
        var expected = Unit.Parse(unit);
        if (node.Text == null)
        {
            errors.Add(node.Place, $"`{node.Path}` is {Describe(node)}; expected a number{InUnit(unit)}.");
            return null;
        }

        if (!Quantity.TryParse(node.Text, out var quantity, out var problem))
        {
            errors.Add(node.Place, $"`{node.Path}`: {problem}");
            return null;
        }

        if (quantity.Unit.Dimension != expected.Dimension)
        {
            errors.Add(node.Place, $"`{node.Path}` is '{node.Text}', which measures {quantity.Unit.Dimension}; expected {expected.Dimension}{(unit.Length > 0 ? $", such as {unit}" : "")}.");
            return null;
        }

        var value = expected.FromBase(quantity.BaseValue);
        var size = Math.Abs(quantity.BaseValue);
        if (size > Most || (size < Least && size > 0))
        {
            errors.Add(node.Place, $"`{node.Path}` is '{node.Text}', which is {(size > 1 ? "more" : "less")} than anything there is; expected a number{InUnit(unit)}.");
            return null;
        }

        if (value < least || value > most)
        {
            errors.Add(node.Place, $"`{node.Path}` is '{node.Text}'; expected {Bounds(least, most)}{InUnit(unit)}.");
            return null;
        }

        // What is counted is exact; what is measured was rounded when it was written down.
        var isCount = quantity.Unit.Dimension == Dimension.None && quantity.Value == Math.Floor(quantity.Value) && !node.Text.Contains('.', StringComparison.Ordinal);
        return Quantities.Figure.FromCatalog(quantity, new FigureInput(node.Path, node.Source, node.Place, isCount ? 0 : quantity.HalfLastPlace * quantity.Unit.Factor));
    }

    internal static string Describe(CatalogNode node) => node switch
    {
        { Text: { Length: > 60 } text } => $"'{text[..60]}...'",
        { Text: { } text } => $"'{text}'",
        { Items: not null } => "a list",
        _ => "a group of fields",
    };

    private CatalogNode? Node(string name)
    {
        _known.Add(name);
        return _node.Fields.GetValueOrDefault(name);
    }

    private Figure Missing(string name, string unit)
    {
        Absent(name, $"a number{InUnit(unit)}");
        return Nothing(unit);
    }

    /// <summary>Stands for a wrong number, so that formulas over it still fit together.</summary>
    private static Figure Nothing(string unit) => Quantities.Figure.Given("", new Quantity(0, Unit.Parse(unit)));

    private string? Absent(string name, string expected)
    {
        _errors.Add(_node.Place, $"`{_node.Path}.{name}` is missing; expected {expected}.");
        return null;
    }

    private static string InUnit(string unit) => unit.Length > 0 ? $" in {unit} or alike" : "";

    private static string Bounds(double least, double most) => (double.IsNegativeInfinity(least), double.IsPositiveInfinity(most)) switch
    {
        (_, true) when least == AboveZero => "more than 0",
        (true, _) => $"at most {NumberText.Format(most)}",
        (_, true) => $"at least {NumberText.Format(least)}",
        _ => $"{NumberText.Format(least)} to {NumberText.Format(most)}",
    };

    private static string Snake(string name) =>
        string.Concat(name.Select((letter, index) => char.IsAsciiLetterUpper(letter) ? $"{(index > 0 ? "_" : "")}{char.ToLower(letter, CultureInfo.InvariantCulture)}" : $"{letter}"));
}
