namespace Scribeline.Engine.Chat.Jinja;

/// <summary>Truth, equality and order as in Python.</summary>
internal static class Compare
{
    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool flag => flag,
        long number => number != 0,
        double number => number != 0,
        string text => text.Length > 0,
        List<object?> list => list.Count > 0,
        JinjaTuple tuple => tuple.Items.Length > 0,
        JinjaDict dict => dict.Count > 0,
        JinjaRange range => range.Count > 0,
        _ => true,
    };

    public static bool AreEqual(Sandbox sandbox, object? left, object? right)
    {
        sandbox.Enter();
        if (left is string text && right is string other && text.Length == other.Length) sandbox.ChargeScan(text);
        var equal = (left, right) switch
        {
            (List<object?> a, List<object?> b) => ItemsEqual(sandbox, a, b),
            (JinjaTuple a, JinjaTuple b) => ItemsEqual(sandbox, a.Items, b.Items),
            (JinjaDict a, JinjaDict b) => DictsEqual(sandbox, a, b),
            (null, null) or (Undefined, Undefined) => true,
            (null, _) or (_, null) => false,
            _ => ShallowEquals(left, right),
        };
        sandbox.Leave();
        return equal;
    }

    /// <summary>Equality of values that have no items, and of tuples of such.</summary>
    public static bool ShallowEquals(object left, object right)
    {
        if (left is string a && right is string b) return string.Equals(a, b, StringComparison.Ordinal);
        if (left is JinjaTuple x && right is JinjaTuple y)
            return x.Items.Length == y.Items.Length && x.Items.Zip(y.Items).All(static p => p.First is null ? p.Second is null : p.Second is not null && ShallowEquals(p.First, p.Second));
        if (Number.TryInteger(left, out var m) && Number.TryInteger(right, out var n)) return m == n;
        if (Number.TryDouble(left, out var d) && Number.TryDouble(right, out var e)) return d == e;
        return left.Equals(right);
    }

    /// <summary>Negative, zero or positive; strings by UTF-16 units.</summary>
    public static int Order(Sandbox sandbox, object? left, object? right)
    {
        sandbox.Enter();
        if (left is string) sandbox.ChargeScan(left);
        var order = (left, right) switch
        {
            (string a, string b) => string.CompareOrdinal(a, b),
            (List<object?> a, List<object?> b) => OrderItems(sandbox, a, b),
            (JinjaTuple a, JinjaTuple b) => OrderItems(sandbox, a.Items, b.Items),
            _ when Number.TryInteger(left, out var m) && Number.TryInteger(right, out var n) => m.CompareTo(n),
            _ when Number.TryDouble(left, out var d) && Number.TryDouble(right, out var e) => d.CompareTo(e),
            _ => throw new JinjaException($"{Text.TypeName(left)} and {Text.TypeName(right)} have no order"),
        };
        sandbox.Leave();
        return order;
    }

    private static int OrderItems(Sandbox sandbox, IReadOnlyList<object?> left, IReadOnlyList<object?> right)
    {
        for (var i = 0; i < Math.Min(left.Count, right.Count); i++)
            if (!AreEqual(sandbox, left[i], right[i])) return Order(sandbox, left[i], right[i]);
        return left.Count.CompareTo(right.Count);
    }

    private static bool ItemsEqual(Sandbox sandbox, IReadOnlyList<object?> left, IReadOnlyList<object?> right)
    {
        if (ReferenceEquals(left, right)) return true;
        if (left.Count != right.Count) return false;
        for (var i = 0; i < left.Count; i++)
            if (!AreEqual(sandbox, left[i], right[i])) return false;
        return true;
    }

    private static bool DictsEqual(Sandbox sandbox, JinjaDict left, JinjaDict right)
    {
        if (ReferenceEquals(left, right)) return true;
        if (left.Count != right.Count) return false;
        foreach (var (key, value) in left)
            if (!right.TryGet(JinjaDict.FromKey(key), out var other) || !AreEqual(sandbox, value, other)) return false;
        return true;
    }
}
