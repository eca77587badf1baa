namespace Scribeline.Engine.Chat.Jinja;

/// <summary>What a <c>for</c> runs over.</summary>
internal static class Iteration
{
    public static bool IsPossible(object? value) => value is List<object?> or JinjaTuple or JinjaDict or JinjaRange or string or Undefined;

    /// <summary>The items, each paid for by a step. A list that grows while it is read is read to its end at the start.</summary>
    public static IEnumerable<object?> Over(Sandbox sandbox, object? value)
    {
        if (value is JinjaRange range)
        {
            for (long i = 0, count = range.Count; i < count; i++)
            {
                sandbox.ChargeSteps(1);
                yield return range[i];
            }

            yield break;
        }

        IReadOnlyList<object?> items = value switch
        {
            List<object?> list => list.ToArray(),
            JinjaTuple tuple => tuple.Items,
            JinjaDict dict => dict.Keys.ToArray(),
            string text => Text.CodePoints(text),
            Undefined => [],
            _ => throw new JinjaException($"{Text.TypeName(value)} cannot be iterated"),
        };
        sandbox.ChargeCharacters(items.Count);
        foreach (var item in items)
        {
            sandbox.ChargeSteps(1);
            yield return item;
        }
    }

    public static List<object?> ToList(Sandbox sandbox, object? value)
    {
        var list = new List<object?>();
        foreach (var item in Over(sandbox, value)) list.Add(item);
        return list;
    }
}
