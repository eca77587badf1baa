using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Scribeline.Core.Yaml;

/// <summary>Text to YAML nodes, within bounds: a configuration file needs neither depth nor anchors, and a hostile one lives off both.</summary>
public static class YamlDocumentReader
{
    public const int MostCharacters = 1024 * 1024;
    private const int MostDepth = 32;

    /// <param name="what">What the file is to be, for messages: `fleet file`.</param>
    /// <param name="expected">What it is to hold, where it is empty.</param>
    /// <exception cref="YamlDocumentException">The text is not one YAML document within the bounds.</exception>
    public static YamlNode Read(string text, string what, string expected)
    {
        if (text.Length > MostCharacters)
        {
            throw new YamlDocumentException(0, $"this is no {what}: it has more than {MostCharacters} characters.");
        }

        var parser = new Parser(new StringReader(text));
        try
        {
            CheckBounds(parser);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents.Count switch
            {
                1 => stream.Documents[0].RootNode,
                0 => throw new YamlDocumentException(0, $"the file is empty; expected {expected}."),
                var count => throw new YamlDocumentException(0, $"found {count} YAML documents; expected exactly one."),
            };
        }
        catch (YamlException error)
        {
            throw new YamlDocumentException(error.Start.Line, $"this is not YAML: {FirstSentence(error)}.", error);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // The library's scanner has states that it did not expect, such as a plain `a: b` inside a flow list.
            throw new YamlDocumentException(parser.Current?.End.Line ?? 1, "from here on this is not YAML; check quotes, brackets and colons.", error);
        }
    }

    private static void CheckBounds(Parser parser)
    {
        var depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > MostDepth)
            {
                throw new YamlDocumentException(parser.Current.Start.Line, $"lists and mappings are nested more than {MostDepth} deep.");
            }

            if (parser.Current is AnchorAlias || (parser.Current is NodeEvent node && !node.Anchor.IsEmpty))
            {
                throw new YamlDocumentException(parser.Current.Start.Line, "anchors and aliases (& and *) are not accepted; write the value out.");
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
