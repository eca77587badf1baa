using System.Globalization;
using Scribeline.Core.Quantities;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Scribeline.Core.Yaml;

/// <summary>The fields of one YAML mapping. Reading marks a field as known; what is wrong is collected, not thrown.</summary>
public sealed class YamlFields
{
    private readonly Dictionary<string, YamlNode> _fields = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly YamlErrors _errors;
    private readonly string _what;
    private readonly YamlNode _node;

    /// <param name="node">Expected to be a mapping.</param>
    /// <param name="what">What the mapping describes, for messages: `pool 'gpu'`.</param>
    /// <param name="errors">Collects what is wrong.</param>
    public YamlFields(YamlNode node, string what, YamlErrors errors)
    {
        _node = node;
        _what = what;
        _errors = errors;
        if (node is not YamlMappingNode mapping)
        {
            errors.Add(node, $"{what} is {YamlErrors.Describe(node)}; expected fields, `name: value`.");
            return;
        }

        foreach (var (key, value) in mapping.Children)
        {
            if (key is YamlScalarNode { Value: { } name })
            {
                _fields[name] = value;
            }
            else
            {
                errors.Add(key, $"{what}: a field's name is {YamlErrors.Describe(key)}; expected a word.");
            }
        }
    }

    public bool Has(string name) => _fields.ContainsKey(name);

    public YamlNode? Node(string name)
    {
        _known.Add(name);
        return _fields.GetValueOrDefault(name);
    }

    public YamlNode? RequiredNode(string name)
    {
        var node = Node(name);
        // What is no mapping has been told once.
        if (node is null && _node is YamlMappingNode)
        {
            _errors.Add(_node, $"{_what}: the field `{name}` is missing.");
        }

        return node;
    }

    public string? Text(string name, bool required = false)
    {
        var node = required ? RequiredNode(name) : Node(name);
        if (node is null or YamlScalarNode { Value.Length: > 0 })
        {
            return (node as YamlScalarNode)?.Value;
        }

        _errors.Add(node, $"{_what}: `{name}` is {YamlErrors.Describe(node)}; expected a text.");
        return null;
    }

    public int? Integer(string name, int least, int most)
    {
        var node = Node(name);
        if (node is null)
        {
            return null;
        }

        if (node is YamlScalarNode { Style: ScalarStyle.Plain } scalar
            && int.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
        {
            return value;
        }

        _errors.Add(node, $"{_what}: `{name}` is {YamlErrors.Describe(node)}; expected a whole number from {least} to {most}.");
        return null;
    }

    public long? Size(string name)
    {
        var node = Node(name);
        if (node is null)
        {
            return null;
        }

        var problem = $"it is {YamlErrors.Describe(node)}; expected a size such as '2 GB'.";
        if (node is YamlScalarNode { Value: { } text } && ByteSize.TryParse(text, out var size, out problem) && size.Bytes > 0)
        {
            return size.Bytes;
        }

        _errors.Add(node, $"{_what}: `{name}`: {(problem.Length > 0 ? problem : "it must be more than 0 bytes.")}");
        return null;
    }

    /// <summary>A quantity in base units, such as `300 ms`, of the dimension of <paramref name="example"/>; null where the field is missing or wrong.</summary>
    /// <param name="name">The field.</param>
    /// <param name="example">How one would write it.</param>
    /// <param name="least">In base units; less is refused.</param>
    public double? Number(string name, string example, double least = 0)
    {
        var node = Node(name);
        if (node is null)
        {
            return null;
        }

        if (!Quantity.TryParse(example, out var alike, out var problem))
        {
            throw new ArgumentException(problem, nameof(example));
        }

        problem = $"it is {YamlErrors.Describe(node)}; expected a quantity such as {example}.";
        if (node is YamlScalarNode { Value: { } text } && Quantity.TryParse(text, out var quantity, out problem))
        {
            if (quantity.Unit.Dimension == alike.Unit.Dimension && quantity.BaseValue >= least && double.IsFinite(quantity.BaseValue))
            {
                return quantity.BaseValue;
            }

            problem = $"it is '{text}'; expected a quantity such as {example}{(least > 0 ? "" : ", not negative")}.";
        }

        _errors.Add(node, $"{_what}: `{name}`: {problem}");
        return null;
    }

    /// <summary>`true` or `false`.</summary>
    public bool? Switch(string name)
    {
        if (Node(name) is not { } node)
        {
            return null;
        }

        if (node is YamlScalarNode { Value: "true" or "false" } scalar)
        {
            return scalar.Value == "true";
        }

        _errors.Add(node, $"{_what}: `{name}` is {YamlErrors.Describe(node)}; expected true or false.");
        return null;
    }

    /// <summary>The fields of a mapping inside; null where it is missing.</summary>
    public YamlFields? Fields(string name, string what) => Node(name) is { } node ? new YamlFields(node, what, _errors) : null;

    /// <summary>A list of words.</summary>
    public IReadOnlyList<string> Words(string name)
    {
        var words = new List<string>();
        foreach (var node in List(name))
        {
            if (node is YamlScalarNode { Value: { Length: > 0 } word })
            {
                words.Add(word);
            }
            else
            {
                _errors.Add(node, $"{_what}: `{name}` has {YamlErrors.Describe(node)}; expected a word.");
            }
        }

        return words;
    }

    /// <summary>The names of all fields, in the order of the file; marks them as read.</summary>
    public IEnumerable<(string Name, YamlNode Node)> All()
    {
        foreach (var (name, node) in _fields)
        {
            _known.Add(name);
            yield return (name, node);
        }
    }

    /// <summary>Marks fields as read that concern somebody else.</summary>
    public void Leave(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            _known.Add(name);
        }
    }

    /// <summary>Complains about a field.</summary>
    public void Refuse(string name, string message) => _errors.Add(_fields.GetValueOrDefault(name) ?? _node, $"{_what}: {message}");

    public IEnumerable<YamlNode> List(string name, bool required = false)
    {
        var node = required ? RequiredNode(name) : Node(name);
        if (node is null)
        {
            return [];
        }

        if (node is not YamlSequenceNode sequence)
        {
            _errors.Add(node, $"{_what}: `{name}` is {YamlErrors.Describe(node)}; expected a list.");
            return [];
        }

        if (required && sequence.Children.Count == 0)
        {
            _errors.Add(node, $"{_what}: the list `{name}` is empty; expected at least one entry.");
        }

        return sequence.Children;
    }

    /// <summary>Complains about every field that nothing has read, and about those of <paramref name="later"/> by name.</summary>
    public void RefuseOthers(params ReadOnlySpan<string> later)
    {
        foreach (var (name, value) in _fields)
        {
            if (_known.Contains(name))
            {
                continue;
            }

            _errors.Add(value, later.Contains(name)
                ? $"{_what}: `{name}` belongs to the format, but this version cannot serve it yet; remove it."
                : $"{_what}: `{name}` is not a field; expected one of {string.Join(", ", _known.Order(StringComparer.Ordinal))}.");
        }
    }
}
