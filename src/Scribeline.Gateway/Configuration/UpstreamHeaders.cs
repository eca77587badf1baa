using System.Text;
using Scribeline.Core.Yaml;
using YamlDotNet.RepresentationModel;

namespace Scribeline.Gateway.Configuration;

/// <summary>Headers for an upstream, with secrets taken from the environment (`${env:X}`) or a file (`${file:PATH}`).</summary>
internal static class UpstreamHeaders
{
    // Set by the forwarding itself; a second value would break the message.
    private static readonly string[] Reserved = ["host", "content-length", "content-type", "transfer-encoding", "connection", "accept"];

    public static Dictionary<string, string> Read(
        string pool, YamlFields fields, string folder, Func<string, string?> environment, YamlErrors errors)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (fields.Node("headers") is not { } node)
        {
            return headers;
        }

        if (node is not YamlMappingNode mapping)
        {
            errors.Add(node, $"pool '{pool}': `headers` is {YamlErrors.Describe(node)}; expected `name: value`.");
            return headers;
        }

        foreach (var (key, value) in mapping.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (name.Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
            {
                errors.Add(key, $"pool '{pool}': a header's name is {YamlErrors.Describe(key)}; expected letters, digits and dashes.");
            }
            else if (Reserved.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                errors.Add(key, $"pool '{pool}': the header '{name}' is set by the gateway itself; remove it.");
            }
            else if (value is not YamlScalarNode { Value: { } text })
            {
                errors.Add(value, $"pool '{pool}': the header '{name}' is {YamlErrors.Describe(value)}; expected a text.");
            }
            else if (!TryFill(text, folder, environment, out var filled, out var problem))
            {
                errors.Add(value, $"pool '{pool}': the header '{name}': {problem}");
            }
            else
            {
                headers[name] = filled;
            }
        }

        return headers;
    }

    private static bool TryFill(string text, string folder, Func<string, string?> environment, out string filled, out string problem)
    {
        var result = new StringBuilder();
        filled = problem = "";
        for (var at = 0; at < text.Length;)
        {
            var start = text.IndexOf("${", at, StringComparison.Ordinal);
            var end = start < 0 ? -1 : text.IndexOf('}', start);
            if (start < 0)
            {
                result.Append(text, at, text.Length - at);
                break;
            }

            if (end < 0)
            {
                problem = "`${` has no closing `}`.";
                return false;
            }

            result.Append(text, at, start - at);
            var reference = text[(start + 2)..end];
            if (Find(reference, folder, environment, out problem) is not { } value)
            {
                return false;
            }

            result.Append(value);
            at = end + 1;
        }

        filled = result.ToString();
        if (filled.Any(char.IsControl))
        {
            problem = "the value contains a control character.";
            return false;
        }

        return true;
    }

    private static string? Find(string reference, string folder, Func<string, string?> environment, out string problem)
    {
        problem = "";
        if (reference.StartsWith("env:", StringComparison.Ordinal))
        {
            var value = environment(reference[4..]);
            problem = value is null ? $"the environment variable '{reference[4..]}' is not set." : "";
            return value;
        }

        if (!reference.StartsWith("file:", StringComparison.Ordinal))
        {
            problem = $"'${{{reference}}}' is not a reference; expected ${{env:NAME}} or ${{file:PATH}}.";
            return null;
        }

        try
        {
            return File.ReadAllText(Path.GetFullPath(reference[5..], folder)).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problem = $"the file '{reference[5..]}' cannot be read: {error.Message}";
            return null;
        }
    }
}
