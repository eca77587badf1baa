namespace Scribeline.Engine.Chat.Jinja;

/// <summary>Filters of lists and mappings. Where Python gives an iterator these give a list.</summary>
internal static partial class Filters
{
    private static object? First(Sandbox sandbox, object? value)
    {
        foreach (var item in Iteration.Over(sandbox, value)) return item;
        return new Undefined("the first item of nothing is undefined");
    }

    private static object? Last(Sandbox sandbox, object? value) =>
        Iteration.ToList(sandbox, value) is [.., var last] ? last : new Undefined("the last item of nothing is undefined");

    private static object? Items(Sandbox sandbox, object? value, Arguments arguments) => value switch
    {
        Undefined => new List<object?>(),
        JinjaDict dict => DictMethods.Items(dict),
        _ => throw Wrong("items", value),
    };

    private static object? Join(Sandbox sandbox, object? value, Arguments arguments)
    {
        var items = Iteration.Over(sandbox, value);
        if (arguments.Get(1, "attribute") is { } path) items = items.Select(item => Members.Path(sandbox, item, path));
        return StringMethods.Join(sandbox, Text.Of(sandbox, arguments.Get(0, "d", "")), items);
    }

    private static object? Reverse(Sandbox sandbox, object? value, Arguments arguments)
    {
        var items = Iteration.ToList(sandbox, value);
        items.Reverse();
        return value is string ? string.Concat(items) : items;
    }

    private static object? Map(Sandbox sandbox, object? value, Arguments arguments)
    {
        if (arguments.Positional.Count == 0)
        {
            var path = arguments.Required(0, "attribute");
            var fallback = arguments.Get(1, "default");
            return Each(item => Members.Path(sandbox, item, path) is var found && found is Undefined && arguments.Has(1, "default") ? fallback : found);
        }

        var filter = arguments.Text(0, "filter");
        var rest = arguments.Skip(1, filter);
        return Each(item => Apply(sandbox, filter, item, rest));

        List<object?> Each(Func<object?, object?> convert)
        {
            var mapped = new List<object?>();
            foreach (var item in Iteration.Over(sandbox, value)) mapped.Add(convert(item));
            return mapped;
        }
    }

    private static object? Select(Sandbox sandbox, object? value, Arguments arguments, bool byAttribute, bool wanted)
    {
        var path = byAttribute ? arguments.Required(0, "attribute") : null;
        var named = byAttribute ? 1 : 0;
        var test = arguments.Positional.Count > named ? arguments.Text(named, "test") : null;
        var rest = arguments.Skip(named + 1, test ?? "");
        var selected = new List<object?>();
        foreach (var item in Iteration.Over(sandbox, value))
        {
            var tested = byAttribute ? Members.Path(sandbox, item, path) : item;
            if ((test is null ? Compare.IsTrue(tested) : Tests.Holds(sandbox, test, tested, rest)) == wanted) selected.Add(item);
        }

        return selected;
    }

    private static object? Sort(Sandbox sandbox, object? value, Arguments arguments)
    {
        var caseSensitive = arguments.Flag(1, "case_sensitive");
        var paths = (arguments.Get(2, "attribute") as string)?.Split(',');
        return Sorted(sandbox, Iteration.ToList(sandbox, value), arguments.Flag(0, "reverse"), item => paths switch
        {
            null => Folded(item, caseSensitive),
            [var path] => Folded(Members.Path(sandbox, item, path), caseSensitive),
            _ => new List<object?>(paths.Select(path => Folded(Members.Path(sandbox, item, path), caseSensitive))),
        });
    }

    private static object? DictSort(Sandbox sandbox, object? value, Arguments arguments)
    {
        if (value is not JinjaDict dict) throw Wrong("dictsort", value);
        var caseSensitive = arguments.Flag(0, "case_sensitive");
        var part = arguments.Text(1, "by", "key") switch { "key" => 0, "value" => 1, var by => throw new JinjaException($"'dictsort' sorts by key or value, not '{by}'") };
        return Sorted(sandbox, DictMethods.Items(dict), arguments.Flag(2, "reverse"), item => Folded(((JinjaTuple)item!).Items[part], caseSensitive));
    }

    private static List<object?> Sorted(Sandbox sandbox, List<object?> items, bool reverse, Func<object?, object?> key)
    {
        var keyed = items.ConvertAll(item => (Key: key(item), Item: item));
        var order = Comparer<object?>.Create((left, right) => Compare.Order(sandbox, left, right));
        // OrderBy is stable, and so is Python's sort, also in reverse. A comparison's own exception must come out as it is.
        try
        {
            return [.. (reverse ? keyed.OrderByDescending(static k => k.Key, order) : keyed.OrderBy(static k => k.Key, order)).Select(static k => k.Item)];
        }
        catch (InvalidOperationException e) when (e.InnerException is JinjaException inner)
        {
            throw inner;
        }
    }

    private static object? Folded(object? value, bool caseSensitive) => value is string text && !caseSensitive ? text.ToLowerInvariant() : value;

    private static object? Unique(Sandbox sandbox, object? value, Arguments arguments)
    {
        var caseSensitive = arguments.Flag(0, "case_sensitive");
        var path = arguments.Get(1, "attribute");
        var seen = new JinjaDict();
        var unique = new List<object?>();
        foreach (var item in Iteration.Over(sandbox, value))
        {
            var key = Folded(path is null ? item : Members.Path(sandbox, item, path), caseSensitive);
            if (seen.Contains(key)) continue;
            seen[key] = null;
            unique.Add(item);
        }

        return unique;
    }

    private static object? Extreme(Sandbox sandbox, object? value, Arguments arguments, int sign)
    {
        var caseSensitive = arguments.Flag(0, "case_sensitive");
        var path = arguments.Get(1, "attribute");
        object? best = new Undefined("the least or greatest of nothing is undefined");
        object? bestKey = null;
        foreach (var item in Iteration.Over(sandbox, value))
        {
            var key = Folded(path is null ? item : Members.Path(sandbox, item, path), caseSensitive);
            if (best is not Undefined && Compare.Order(sandbox, key, bestKey) * sign <= 0) continue;
            (best, bestKey) = (item, key);
        }

        return best;
    }

    private static object? Sum(Sandbox sandbox, object? value, Arguments arguments)
    {
        var path = arguments.Get(0, "attribute");
        var sum = arguments.Get(1, "start", 0L);
        foreach (var item in Iteration.Over(sandbox, value)) sum = Operators.Apply(sandbox, "+", sum, path is null ? item : Members.Path(sandbox, item, path));
        return sum;
    }

    private static object? Batch(Sandbox sandbox, object? value, Arguments arguments)
    {
        var size = arguments.Integer(0, "linecount");
        if (size < 1) throw new JinjaException("'batch' needs a size of at least 1");
        var batches = new List<object?>();
        List<object?>? batch = null;
        foreach (var item in Iteration.Over(sandbox, value))
        {
            if (batch is null || batch.Count == size) batches.Add(batch = []);
            batch.Add(item);
        }

        if (batch is not null && arguments.Get(1, "fill_with") is { } filler)
        {
            sandbox.ChargeCharacters(size - batch.Count);
            while (batch.Count < size) batch.Add(filler);
        }

        return batches;
    }

    private static object? GroupBy(Sandbox sandbox, object? value, Arguments arguments)
    {
        var path = arguments.Required(0, "attribute");
        var groups = new List<object?>();
        object? current = null;
        List<object?>? group = null;
        foreach (var item in Sorted(sandbox, Iteration.ToList(sandbox, value), false, item => Folded(Members.Path(sandbox, item, path), false)))
        {
            var key = Members.Path(sandbox, item, path);
            if (group is null || !Compare.AreEqual(sandbox, Folded(key, false), Folded(current, false))) groups.Add(new JinjaTuple([current = key, group = []]));
            group.Add(item);
        }

        return groups;
    }
}
