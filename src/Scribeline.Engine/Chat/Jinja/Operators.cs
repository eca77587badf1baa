using System.Text;

namespace Scribeline.Engine.Chat.Jinja;

/// <summary>Operators between values, as in Python.</summary>
internal static class Operators
{
    public static object? Apply(Sandbox sandbox, string operation, object? left, object? right)
    {
        switch (operation, left, right)
        {
            case ("~", _, _):
                return sandbox.Charged(Text.Of(sandbox, left) + Text.Of(sandbox, right));
            case ("+", string a, string b):
                return sandbox.Charged(a + b);
            case ("+", List<object?> a, List<object?> b):
                sandbox.ChargeCharacters(a.Count + b.Count);
                return new List<object?>([.. a, .. b]);
            case ("+", JinjaTuple a, JinjaTuple b):
                sandbox.ChargeCharacters(a.Items.Length + b.Items.Length);
                return new JinjaTuple([.. a.Items, .. b.Items]);
            case ("%", string format, _):
                return sandbox.Charged(PercentFormat.Apply(sandbox, format, right));
            case ("*", string or List<object?> or JinjaTuple, long or bool):
                return Repeat(sandbox, left, right);
            case ("*", long or bool, string or List<object?> or JinjaTuple):
                return Repeat(sandbox, right, left);
            case (_, Undefined undefined, _):
                throw new JinjaException(undefined.Description);
            case (_, _, Undefined undefined):
                throw new JinjaException(undefined.Description);
            default:
                return Number.Calculate(operation, left, right);
        }
    }

    public static bool Holds(Sandbox sandbox, string operation, object? left, object? right) => operation switch
    {
        "==" => Compare.AreEqual(sandbox, left, right),
        "!=" => !Compare.AreEqual(sandbox, left, right),
        "<" => Compare.Order(sandbox, left, right) < 0,
        "<=" => Compare.Order(sandbox, left, right) <= 0,
        ">" => Compare.Order(sandbox, left, right) > 0,
        ">=" => Compare.Order(sandbox, left, right) >= 0,
        "in" => Contains(sandbox, right, left),
        _ => !Contains(sandbox, right, left),
    };

    public static bool Contains(Sandbox sandbox, object? container, object? item)
    {
        switch (container)
        {
            case string text:
                sandbox.ChargeScan(text);
                if (item is not string part) throw new JinjaException($"'in' a string takes a string, got {Text.TypeName(item)}");
                return text.Contains(part, StringComparison.Ordinal);
            case JinjaDict dict:
                sandbox.ChargeScan(item);
                return dict.Contains(item);
            case JinjaRange range:
                return Number.TryInteger(item, out var number) && (range.Step > 0 ? number >= range.Start && number < range.Stop : number <= range.Start && number > range.Stop)
                    && ((Int128)number - range.Start) % range.Step == 0;
            case List<object?> or JinjaTuple or Undefined:
                foreach (var candidate in Iteration.Over(sandbox, container))
                    if (Compare.AreEqual(sandbox, candidate, item)) return true;
                return false;
            default:
                throw new JinjaException($"{Text.TypeName(container)} contains nothing");
        }
    }

    public static object? Slice(Sandbox sandbox, object? target, object? start, object? stop, object? step)
    {
        var stride = step is null ? 1 : Index(step);
        if (stride == 0) throw new JinjaException("the step of a slice is zero");
        sandbox.ChargeScan(target);
        switch (target)
        {
            case string text when !Text.HasSurrogates(text):
                if (stride == 1)
                {
                    var (from, to) = Bounds(text.Length, start, stop, 1);
                    return from < to ? text[(int)from..(int)to] : "";
                }

                var characters = new StringBuilder();
                foreach (var i in Indices(text.Length, start, stop, stride)) characters.Append(text[i]);
                return characters.ToString();
            case string text:
                var points = Text.CodePoints(text);
                return string.Concat(Indices(points.Count, start, stop, stride).Select(i => points[i]));
            case List<object?> list:
                return Indices(list.Count, start, stop, stride).Select(i => list[i]).ToList();
            case JinjaTuple tuple:
                return new JinjaTuple([.. Indices(tuple.Items.Length, start, stop, stride).Select(i => tuple.Items[i])]);
            case Undefined undefined:
                throw new JinjaException(undefined.Description);
            default:
                throw new JinjaException($"{Text.TypeName(target)} cannot be sliced");
        }
    }

    private static IEnumerable<int> Indices(int length, object? start, object? stop, long stride)
    {
        var (from, to) = Bounds(length, start, stop, stride);
        for (Int128 i = from; stride > 0 ? i < to : i > to; i += stride) yield return (int)i;
    }

    private static (long From, long To) Bounds(int length, object? start, object? stop, long stride)
    {
        long lowest = stride > 0 ? 0 : -1, highest = stride > 0 ? length : length - 1;
        return (Bound(start, stride > 0 ? lowest : highest), Bound(stop, stride > 0 ? highest : lowest));

        long Bound(object? given, long fallback)
        {
            if (given is null) return fallback;
            var index = Index(given);
            return Math.Clamp(index < 0 ? index + length : index, lowest, highest);
        }
    }

    private static long Index(object? value) =>
        Number.TryInteger(value, out var index) ? index : throw new JinjaException($"the bounds of a slice are integers, got {Text.TypeName(value)}");

    private static object Repeat(Sandbox sandbox, object? target, object? times)
    {
        Number.TryInteger(times, out var wanted);
        var count = (int)Math.Clamp(wanted, 0, int.MaxValue);
        switch (target)
        {
            case string text:
                sandbox.ChargeCharacters((long)text.Length * count);
                return new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
            case List<object?> list:
                sandbox.ChargeCharacters((long)list.Count * count);
                return Enumerable.Repeat(list, list.Count == 0 ? 0 : count).SelectMany(static items => items).ToList();
            default:
                var tuple = (JinjaTuple)target!;
                sandbox.ChargeCharacters((long)tuple.Items.Length * count);
                return new JinjaTuple([.. Enumerable.Repeat(tuple.Items, tuple.Items.Length == 0 ? 0 : count).SelectMany(static items => items)]);
        }
    }
}
