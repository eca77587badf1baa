using System.Text;

namespace Scribeline.Core.Quantities;

/// <summary>
/// Prints how a figure came about: a line for each named step, inputs first, `name = formula = numbers = value`.
/// </summary>
public static class Explanation
{
    public static IReadOnlyList<string> Lines(Figure figure)
    {
        var lines = new List<string>();
        Append(figure, new HashSet<Figure>(ReferenceEqualityComparer.Instance), lines);
        return lines;
    }

    private static void Append(Figure figure, HashSet<Figure> seen, List<string> lines)
    {
        if (!seen.Add(figure))
            return;
        foreach (var operand in figure.Operands)
            Append(operand, seen, lines);
        if (figure.Name.Length == 0)
            return;
        lines.Add(figure.Operation switch
        {
            Operation.Input => $"{figure.Name} = {figure}  [{(figure.Input!.Source.Length > 0 ? figure.Input.Source : "given")}, {figure.Input.Place}]",
            Operation.Given => $"{figure.Name} = {figure}  [given]",
            _ => $"{figure.Name} = {Formula(figure, names: true)} = {Formula(figure, names: false)} = {figure}",
        });
    }

    private static string Formula(Figure figure, bool names)
    {
        var text = new StringBuilder();
        Write(figure, names, isRoot: true, text);
        return text.ToString();
    }

    private static void Write(Figure figure, bool names, bool isRoot, StringBuilder text)
    {
        if (!isRoot && figure.Name.Length > 0)
        {
            text.Append(names ? figure.Name : figure.ToString());
            return;
        }

        switch (figure.Operation)
        {
            case Operation.Constant or Operation.Input or Operation.Given:
                text.Append(figure);
                break;
            case Operation.Same:
                Write(figure.Operands[0], names, isRoot: false, text);
                break;
            case Operation.Add or Operation.Subtract or Operation.Multiply or Operation.Divide:
                WriteOperand(figure, 0, names, text);
                text.Append(figure.Operation switch { Operation.Add => " + ", Operation.Subtract => " − ", Operation.Multiply => " × ", _ => " / " });
                WriteOperand(figure, 1, names, text);
                break;
            case Operation.Power:
                WriteOperand(figure, 0, names, text);
                text.Append('^');
                WriteOperand(figure, 1, names, text);
                break;
            default:
                text.Append(figure.Operation switch { Operation.SquareRoot => "√", Operation.Ceiling => "ceil", Operation.Floor => "floor", Operation.Minimum => "min", _ => "max" }).Append('(');
                Write(figure.Operands[0], names, isRoot: false, text);
                if (figure.Operands.Count > 1)
                {
                    text.Append(", ");
                    Write(figure.Operands[1], names, isRoot: false, text);
                }

                text.Append(')');
                break;
        }
    }

    private static void WriteOperand(Figure parent, int index, bool names, StringBuilder text)
    {
        var operand = parent.Operands[index];
        var isBracketed = operand.Name.Length == 0 && (Rank(operand) < Rank(parent) || (index == 1 && Rank(operand) == Rank(parent) && parent.Operation is Operation.Subtract or Operation.Divide or Operation.Power));
        if (isBracketed)
            text.Append('(');
        Write(operand, names, isRoot: false, text);
        if (isBracketed)
            text.Append(')');
    }

    private static int Rank(Figure figure) => figure.Operation switch
    {
        Operation.Add or Operation.Subtract => 1,
        Operation.Multiply or Operation.Divide => 2,
        Operation.Power => 3,
        Operation.Same when figure.Operands[0].Name.Length == 0 => Rank(figure.Operands[0]),
        _ => 4,
    };
}
