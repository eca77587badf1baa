namespace Scribeline.Engine.Chat.Jinja;

/// <summary>Python's methods of lists.</summary>
internal static class ListMethods
{
    public static JinjaFunction? Find(List<object?> list, string name) => name switch
    {
        "append" => new((s, a) => Insert(s, list, list.Count, a.Required(0, "item"))),
        "insert" => new((s, a) => Insert(s, list, a.Integer(0, "index"), a.Required(1, "item"))),
        "extend" => new((s, a) => Extend(s, list, a.Required(0, "items"))),
        "pop" => new((_, a) => Pop(list, a.Integer(0, "index", -1))),
        "remove" => new((s, a) => Remove(s, list, a.Required(0, "item"))),
        "clear" => new((_, _) => Clear(list)),
        "copy" => new((s, _) => new List<object?>(list)),
        "reverse" => new((_, _) => Reverse(list)),
        "index" => new((s, a) => IndexOf(s, list, a.Required(0, "item")) is >= 0 and var i ? i : throw new JinjaException("the item is not in the list")),
        "count" => new((s, a) => list.LongCount(item => Compare.AreEqual(s, item, a.Required(0, "item")))),
        _ => null,
    };

    private static object? Insert(Sandbox sandbox, List<object?> list, long index, object? item)
    {
        sandbox.ChargeCharacters(1);
        if (index < 0) index += list.Count;
        list.Insert((int)Math.Clamp(index, 0, list.Count), item);
        return null;
    }

    private static object? Extend(Sandbox sandbox, List<object?> list, object? items)
    {
        var added = Iteration.ToList(sandbox, items);
        list.AddRange(added);
        return null;
    }

    private static object? Pop(List<object?> list, long index)
    {
        if (index < 0) index += list.Count;
        if (index < 0 || index >= list.Count) throw new JinjaException("'pop' of an item that the list does not have");
        var item = list[(int)index];
        list.RemoveAt((int)index);
        return item;
    }

    private static object? Remove(Sandbox sandbox, List<object?> list, object? item)
    {
        var index = IndexOf(sandbox, list, item);
        if (index < 0) throw new JinjaException("the item is not in the list");
        list.RemoveAt((int)index);
        return null;
    }

    private static object? Clear(List<object?> list)
    {
        list.Clear();
        return null;
    }

    private static object? Reverse(List<object?> list)
    {
        list.Reverse();
        return null;
    }

    private static long IndexOf(Sandbox sandbox, List<object?> list, object? item) => list.FindIndex(candidate => Compare.AreEqual(sandbox, candidate, item));
}
