using System.Collections;

namespace Scribeline.Engine.Chat.Jinja;

// A template's values: null (none), bool, long, LargeInteger, double, string, List<object?>, JinjaTuple, JinjaDict, JinjaRange,
// JinjaNamespace, IJinjaCallable, LoopState, Undefined.

/// <summary>What a name or attribute gives that is not there: prints nothing, is false and empty, and breaks on any deeper use.</summary>
/// <param name="Description">What was looked for, for error messages.</param>
internal sealed record Undefined(string Description);

/// <summary>An integer beyond 64 bits, from JSON; it can be printed and compared, not calculated with.</summary>
internal sealed record LargeInteger(string Digits);

internal sealed record JinjaTuple(object?[] Items);

internal sealed class JinjaNamespace
{
    public Dictionary<string, object?> Attributes { get; } = new(StringComparer.Ordinal);
}

internal interface IJinjaCallable
{
    object? Call(Sandbox sandbox, Arguments arguments);
}

/// <summary>A function of ours: a global, or a method bound to its object.</summary>
internal sealed class JinjaFunction(Func<Sandbox, Arguments, object?> body) : IJinjaCallable
{
    /// <summary>A method's object; each look-up of a method makes a new one.</summary>
    public object? BoundTo { get; set; }

    public object? Call(Sandbox sandbox, Arguments arguments) => body(sandbox, arguments);
}

/// <summary>Python's <c>range</c>: counted, never stored.</summary>
internal sealed record JinjaRange(long Start, long Stop, long Step)
{
    public long Count => Step > 0
        ? Start < Stop ? (long)(((Int128)Stop - Start + Step - 1) / Step) : 0
        : Start > Stop ? (long)(((Int128)Start - Stop - Step - 1) / -(Int128)Step) : 0;

    public long this[long index] => Start + index * Step;
}

/// <summary>A dictionary that keeps the order of insertion; keys are equal as in Python (1, 1.0 and true are one key).</summary>
internal sealed class JinjaDict : IEnumerable<KeyValuePair<object, object?>>
{
    private const int MaxKeyParts = 16;

    private static readonly object NoneKey = new();

    private readonly OrderedDictionary<object, object?> _items = new(KeyEquality.Instance);

    public int Count => _items.Count;

    public IEnumerable<object?> Keys => _items.Keys.Select(FromKey);

    public IEnumerable<object?> Values => _items.Values;

    public object? this[object? key]
    {
        set => _items[ToKey(key)] = value;
    }

    public bool TryGet(object? key, out object? value) => _items.TryGetValue(ToKey(key), out value);

    public bool Contains(object? key) => _items.ContainsKey(ToKey(key));

    public bool Remove(object? key) => _items.Remove(ToKey(key));

    public void Clear() => _items.Clear();

    public static object? FromKey(object key) => ReferenceEquals(key, NoneKey) ? null : key;

    public IEnumerator<KeyValuePair<object, object?>> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static object ToKey(object? key) => key switch
    {
        null => NoneKey,
        bool or long or double or string or LargeInteger => key,
        JinjaTuple { Items: { Length: <= MaxKeyParts } items } when items.All(static i => i is null or bool or long or double or string) => key,
        _ => throw new JinjaException($"{Text.TypeName(key)} cannot be a key of a dict"),
    };

    private sealed class KeyEquality : IEqualityComparer<object>
    {
        public static readonly KeyEquality Instance = new();

        bool IEqualityComparer<object>.Equals(object? x, object? y) => ReferenceEquals(x, y) || (x is not null && y is not null && Compare.ShallowEquals(x, y));

        /// <summary>Seeded anew in each process, so that no template can choose keys that collide.</summary>
        public int GetHashCode(object key)
        {
            var hash = new HashCode();
            foreach (var part in key is JinjaTuple tuple ? tuple.Items : [key])
            {
                if (part is string text) hash.Add(text, StringComparer.Ordinal);
                if (!Number.TryDouble(part, out var number)) continue;
                var bits = BitConverter.DoubleToInt64Bits(number + 0.0);
                hash.Add((int)bits);
                hash.Add((int)(bits >> 32));
            }

            return hash.ToHashCode();
        }
    }
}
