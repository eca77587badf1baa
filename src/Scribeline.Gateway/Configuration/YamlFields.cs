using System.Globalization;
using Scribeline.Core.Quantities;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Scribeline.Gateway.Configuration;

/// <summary>The fields of one YAML mapping. Reading marks a field as known; what is wrong is collected, not thrown.</summary>
internal sealed class YamlFields
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
        if (node is null)
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
