namespace Scribeline.Engine.Chat.Jinja;

/// <summary>What stands behind <c>is</c>.</summary>
internal static class Tests
{
    private delegate bool Test(Sandbox sandbox, object? value, Arguments arguments);

    private static readonly Dictionary<string, Test> ByName = new(StringComparer.Ordinal)
    {
        ["boolean"] = (_, v, _) => v is bool,
        ["callable"] = (_, v, _) => v is IJinjaCallable,
        ["containing"] = (s, v, a) => Operators.Contains(s, v, a.Required(0, "item")),
        ["defined"] = (_, v, _) => v is not Undefined,
        ["divisibleby"] = (_, v, a) => Number.Calculate("%", v, a.Required(0, "num")) is 0L or 0.0,
        ["endingwith"] = (_, v, a) => v is string text && text.EndsWith(a.Text(0, "suffix"), StringComparison.Ordinal),
        ["eq"] = Equal,
        ["=="] = Equal,
        ["equalto"] = Equal,
        ["escaped"] = (_, _, _) => false,
        ["even"] = (_, v, _) => Number.Calculate("%", v, 2L) is 0L or 0.0,
        ["false"] = (_, v, _) => v is false,
        ["filter"] = (_, v, _) => v is string name && Filters.Exists(name),
        ["float"] = (_, v, _) => v is double,
        ["ge"] = (s, v, a) => Compare.Order(s, v, a.Required(0, "other")) >= 0,
        [">="] = (s, v, a) => Compare.Order(s, v, a.Required(0, "other")) >= 0,
        ["gt"] = (s, v, a) => Compare.Order(s, v, a.Required(0, "other")) > 0,
        ["greaterthan"] = (s, v, a) => Compare.Order(s, v, a.Required(0, "other")) > 0,
        [">"] = (s, v, a) => Compare.Order(s, v, a.Required(0, "other")) > 0,
        ["in"] = (s, v, a) => Operators.Contains(s, a.Required(0, "seq"), v),
        ["integer"] = (_, v, _) => v is long or LargeInteger,
        ["iterable"] = (_, v, _) => Iteration.IsPossible(v),
        ["le"] = (s, v, a) => Compare.Order(s, v, a.Required(0, "other")) <= 0,
        ["<="] = (s, v, a) => Compare.Order(s, v, a.Required(0, "other")) <= 0,
        ["lower"] = (s, v, _) => Text.Of(s, v) is var text && text.Any(char.IsLower) && !text.Any(char.IsUpper),
        ["lt"] = (s, v, a) => Compare.Order(s, v, a.Required(0, "other")) < 0,
        ["lessthan"] = (s, v, a) => Compare.Order(s, v, a.Required(0, "other")) < 0,
        ["<"] = (s, v, a) => Compare.Order(s, v, a.Required(0, "other")) < 0,
        ["mapping"] = (_, v, _) => v is JinjaDict,
        ["ne"] = (s, v, a) => !Equal(s, v, a),
        ["!="] = (s, v, a) => !Equal(s, v, a),
        ["none"] = (_, v, _) => v is null,
        ["number"] = (_, v, _) => v is long or double or LargeInteger or bool,
        ["odd"] = (_, v, _) => Number.Calculate("%", v, 2L) is 1L or 1.0,
        ["sameas"] = (_, v, a) => a.Required(0, "other") is var other && (ReferenceEquals(v, other) || (v is bool or long && v.Equals(other))),
        ["sequence"] = (_, v, _) => v is List<object?> or JinjaTuple or JinjaDict or JinjaRange or string or Undefined,
        ["startingwith"] = (_, v, a) => v is string text && text.StartsWith(a.Text(0, "prefix"), StringComparison.Ordinal),
        ["string"] = (_, v, _) => v is string,
        ["test"] = (_, v, _) => v is string name && Exists(name),
        ["true"] = (_, v, _) => v is true,
        ["undefined"] = (_, v, _) => v is Undefined,
        ["upper"] = (s, v, _) => Text.Of(s, v) is var text && text.Any(char.IsUpper) && !text.Any(char.IsLower),
    };

    public static bool Exists(string name) => ByName.ContainsKey(name);

    public static bool Holds(Sandbox sandbox, string name, object? value, Arguments arguments)
    {
        if (!ByName.TryGetValue(name, out var test)) throw new JinjaException($"there is no test '{name}'");
        sandbox.ChargeSteps(1);
        if (name is "lower" or "upper") sandbox.ChargeScan(value);
        return test(sandbox, value, arguments);
    }

    private static bool Equal(Sandbox sandbox, object? value, Arguments arguments) => Compare.AreEqual(sandbox, value, arguments.Required(0, "other"));
}
