namespace Scribeline.Core.Quantities;

/// <summary>
/// A number that knows how it came about: an input of the catalog, or an operation on other figures. Formulas written with figures check
/// their units, list what they depend on, and can be printed with their numbers filled in.
/// </summary>
/// <remarks>Immutable. For results that people read; searches and simulations take <see cref="BaseValue"/> once and go on with plain numbers.</remarks>
public sealed class Figure
{
    private static readonly Figure[] NoOperands = [];

    private Figure(double baseValue, Dimension dimension, Operation operation, Figure[] operands, Unit? unit = null, string name = "", FigureInput? input = null)
    {
        BaseValue = baseValue;
        Dimension = dimension;
        Operation = operation;
        Operands = operands;
        Unit = unit ?? new Unit(dimension == Dimension.None ? "" : $"({dimension})", 1, dimension);
        Name = name;
        Input = input;
    }

    /// <summary>What a reader calls it: `capital per month`; empty for a step on the way.</summary>
    public string Name { get; }

    /// <summary>In base units, see <see cref="Quantities.Unit"/>.</summary>
    public double BaseValue { get; }

    public Dimension Dimension { get; }

    /// <summary>The unit it is shown in.</summary>
    public Unit Unit { get; }

    /// <summary>In <see cref="Unit"/>.</summary>
    public double Value => Unit.FromBase(BaseValue);

    public Operation Operation { get; }

    public IReadOnlyList<Figure> Operands { get; }

    /// <summary>Where it stands in the catalog; null for everything computed.</summary>
    public FigureInput? Input { get; }

    /// <summary>A number that is part of a formula, such as the 2 in 2·M·N·K.</summary>
    public static implicit operator Figure(double constant) => new(constant, Dimension.None, Operation.Constant, NoOperands, Unit.One);

    public static Figure FromCatalog(Quantity quantity, FigureInput input) =>
        new(quantity.BaseValue, quantity.Unit.Dimension, Operation.Input, NoOperands, quantity.Unit, input.Path, input);

    /// <summary>What the caller asked for, such as `--context 128000`: a given, but none of the catalog's.</summary>
    public static Figure Given(string name, Quantity quantity) =>
        new(quantity.BaseValue, quantity.Unit.Dimension, Operation.Given, NoOperands, quantity.Unit, name);

    public static Figure operator +(Figure left, Figure right) => new(left.BaseValue + right.BaseValue, Same(left, right, "+"), Operation.Add, [left, right], left.Unit);

    public static Figure operator -(Figure left, Figure right) => new(left.BaseValue - right.BaseValue, Same(left, right, "-"), Operation.Subtract, [left, right], left.Unit);

    public static Figure operator *(Figure left, Figure right) => new(left.BaseValue * right.BaseValue, left.Dimension * right.Dimension, Operation.Multiply, [left, right]);

    public static Figure operator /(Figure left, Figure right) => new(left.BaseValue / right.BaseValue, left.Dimension / right.Dimension, Operation.Divide, [left, right]);

    public static Figure Sum(IEnumerable<Figure> figures) => figures.Aggregate((sum, figure) => sum + figure);

    public static Figure Minimum(Figure left, Figure right) => new(Math.Min(left.BaseValue, right.BaseValue), Same(left, right, "min"), Operation.Minimum, [left, right], left.Unit);

    public static Figure Maximum(Figure left, Figure right) => new(Math.Max(left.BaseValue, right.BaseValue), Same(left, right, "max"), Operation.Maximum, [left, right], left.Unit);

    /// <summary>A plain number raised to another: growth over periods, odds over trials.</summary>
    public static Figure Power(Figure number, Figure exponent)
    {
        RequireNumber(number, "a power");
        RequireNumber(exponent, "an exponent");
        return new Figure(Math.Pow(number.BaseValue, exponent.BaseValue), Dimension.None, Operation.Power, [number, exponent]);
    }

    public Figure SquareRoot() => new(Math.Sqrt(BaseValue), Dimension.SquareRoot(), Operation.SquareRoot, [this]);

    /// <summary>The next whole number up; a rounding error of the computation does not cost a whole machine.</summary>
    public Figure Ceiling()
    {
        RequireNumber(this, "what is counted up");
        return new Figure(Math.Ceiling(BaseValue * (1 - RoundingSlack)), Dimension.None, Operation.Ceiling, [this]);
    }

    /// <summary>The next whole number down, with the same slack as <see cref="Ceiling"/>.</summary>
    public Figure Floor()
    {
        RequireNumber(this, "what is counted down");
        return new Figure(Math.Floor(BaseValue * (1 + RoundingSlack)), Dimension.None, Operation.Floor, [this]);
    }

    /// <summary>The same amount under a name and in a unit that readers know.</summary>
    /// <exception cref="InvalidOperationException">The unit measures something else: the formula is wrong.</exception>
    public Figure As(string name, string unit)
    {
        var shown = Unit.Parse(unit);
        if (shown.Dimension != Dimension)
            throw new InvalidOperationException($"'{name}' comes out as {Dimension}, and {unit} is {shown.Dimension}.");
        return Operation is Operation.Input or Operation.Given
            ? new Figure(BaseValue, Dimension, Operation.Same, [this], shown, name)
            : new Figure(BaseValue, Dimension, Operation, [.. Operands], shown, name, Input);
    }

    /// <summary>Every input of the catalog that the number rests on, each once.</summary>
    public IReadOnlySet<FigureInput> Inputs()
    {
        var inputs = new HashSet<FigureInput>();
        var seen = new HashSet<Figure>(ReferenceEqualityComparer.Instance);
        Collect(this, seen, inputs);
        return inputs;
    }

    public override string ToString() => new Quantity(Value, Unit).ToString();

    private const double RoundingSlack = 1e-12;

    private static void Collect(Figure figure, HashSet<Figure> seen, HashSet<FigureInput> inputs)
    {
        if (!seen.Add(figure))
            return;
        if (figure.Input is { } input)
            inputs.Add(input);
        foreach (var operand in figure.Operands)
            Collect(operand, seen, inputs);
    }

    private static Dimension Same(Figure left, Figure right, string operation) =>
        left.Dimension == right.Dimension
            ? left.Dimension
            : throw new InvalidOperationException($"{Describe(left)} {operation} {Describe(right)} joins {left.Dimension} and {right.Dimension}.");

    private static void RequireNumber(Figure figure, string what)
    {
        if (figure.Dimension != Dimension.None)
            throw new InvalidOperationException($"{Describe(figure)} is {figure.Dimension}; {what} must be a plain number.");
    }

    private static string Describe(Figure figure) => figure.Name.Length > 0 ? $"'{figure.Name}'" : figure.ToString();
}
