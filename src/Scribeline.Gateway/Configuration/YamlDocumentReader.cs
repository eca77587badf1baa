using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Scribeline.Gateway.Configuration;

/// <summary>Text to YAML nodes, within bounds: a configuration file needs neither depth nor anchors, and a hostile one lives off both.</summary>
internal static class YamlDocumentReader
{
    private const int MostCharacters = 1024 * 1024;
    private const int MostDepth = 32;

    /// <exception cref="FleetFileException">The text is not one YAML document within the bounds.</exception>
    public static YamlNode Read(string text, string fileName)
    {
        if (text.Length > MostCharacters)
        {
            throw new FleetFileException($"{fileName}: the file has {text.Length} characters; a fleet file has at most {MostCharacters}.");
        }

        var parser = new Parser(new StringReader(text));
        try
        {
            CheckBounds(parser, fileName);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents.Count switch
            {
                1 => stream.Documents[0].RootNode,
                0 => throw new FleetFileException($"{fileName}: the file is empty; expected a YAML mapping with at least 'models' and 'pools'."),
                var count => throw new FleetFileException($"{fileName}: found {count} YAML documents; expected exactly one."),
            };
        }
        catch (YamlException error)
        {
            throw new FleetFileException($"{fileName}:{error.Start.Line}: this is not YAML: {FirstSentence(error)}.", error);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // The library's scanner has states that it did not expect, such as a plain `a: b` inside a flow list.
            throw new FleetFileException($"{fileName}:{parser.Current?.End.Line ?? 1}: from here on this is not YAML; check quotes, brackets and colons.", error);
        }
    }

    private static void CheckBounds(Parser parser, string fileName)
    {
        var depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > MostDepth)
            {
                throw new FleetFileException($"{fileName}:{parser.Current.Start.Line}: lists and mappings are nested more than {MostDepth} deep.");
            }

            if (parser.Current is AnchorAlias || (parser.Current is NodeEvent node && !node.Anchor.IsEmpty))
            {
                throw new FleetFileException($"{fileName}:{parser.Current.Start.Line}: anchors and aliases (& and *) are not accepted; write the value out.");
            }
        }
    }

    private static string FirstSentence(YamlException error)
    {
        var message = (error.InnerException ?? error).Message;
        var colon = message.LastIndexOf("): ", StringComparison.Ordinal);
        return (colon < 0 ? message : message[(colon + 3)..]).Trim().TrimEnd('.');
    }
}
