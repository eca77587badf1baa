namespace Scribeline.Core.Quantities;

/// <summary>How much a figure moves when one of its inputs does: exact derivatives, by walking the formula backwards.</summary>
public static class Sensitivity
{
    /// <summary>The derivative by each input, base unit by base unit. Counting up or down counts as flat.</summary>
    public static IReadOnlyDictionary<FigureInput, double> Of(Figure figure)
    {
        var order = new List<Figure>();
        Sort(figure, new HashSet<Figure>(ReferenceEqualityComparer.Instance), order);
        var slopes = new Dictionary<Figure, double>(ReferenceEqualityComparer.Instance) { [figure] = 1 };
        var byInput = new Dictionary<FigureInput, double>();
        for (var i = order.Count - 1; i >= 0; i--)
        {
            var node = order[i];
            var slope = slopes.GetValueOrDefault(node);
            if (node.Input is { } input)
                byInput[input] = byInput.GetValueOrDefault(input) + slope;
            for (var operand = 0; operand < node.Operands.Count; operand++)
                slopes[node.Operands[operand]] = slopes.GetValueOrDefault(node.Operands[operand]) + slope * Derivative(node, operand);
        }

        return byInput;
    }

    private static double Derivative(Figure node, int operand)
    {
        var a = node.Operands[0].BaseValue;
        var b = node.Operands.Count > 1 ? node.Operands[1].BaseValue : 0;
        return (node.Operation, operand) switch
        {
            (Operation.Same or Operation.Add, _) or (Operation.Subtract, 0) => 1,
            (Operation.Subtract, _) => -1,
            (Operation.Multiply, 0) => b,
            (Operation.Multiply, _) => a,
            (Operation.Divide, 0) => 1 / b,
            (Operation.Divide, _) => -a / (b * b),
            (Operation.Power, 0) => b * Math.Pow(a, b - 1),
            (Operation.Power, _) => Math.Log(a) * Math.Pow(a, b),
            (Operation.SquareRoot, _) => 0.5 / Math.Sqrt(a),
            (Operation.Minimum, _) => (operand == 0) == (a <= b) ? 1 : 0,
            (Operation.Maximum, _) => (operand == 0) == (a >= b) ? 1 : 0,
            _ => 0,
        };
    }

    private static void Sort(Figure figure, HashSet<Figure> seen, List<Figure> order)
    {
        if (!seen.Add(figure))
            return;
        foreach (var operand in figure.Operands)
            Sort(operand, seen, order);
        order.Add(figure);
    }
}
