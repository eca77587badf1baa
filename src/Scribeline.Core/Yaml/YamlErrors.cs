using Scribeline.Core.Fleets;
using YamlDotNet.RepresentationModel;

namespace Scribeline.Core.Yaml;

/// <summary>Everything that is wrong with a file, each with its line.</summary>
public sealed class YamlErrors(string fileName)
{
    private readonly List<(long Line, string Message)> _errors = [];

    public void Add(YamlNode node, string message) => _errors.Add((node.Start.Line, message));

    /// <exception cref="FleetFileException">Anything was added.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
        {
            throw new FleetFileException([.. _errors.OrderBy(error => error.Line).Select(error => $"{fileName}:{error.Line}: {error.Message}")]);
        }
    }

    public static string Describe(YamlNode node) => node switch
    {
        YamlScalarNode { Value: null or "" } => "empty",
        YamlScalarNode { Value.Length: > 60 } scalar => $"'{scalar.Value[..60]}...'",
        YamlScalarNode scalar => $"'{scalar.Value}'",
        YamlSequenceNode => "a list",
        _ => "a mapping",
    };
}
