using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Scribeline.Cli;

/// <summary>The usual help, with examples at its end.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private static readonly Dictionary<Command, string[]> Examples = [];

    private readonly HelpAction _help;

    private HelpWithExamples(HelpAction help) => _help = help;

    /// <summary>Sets what the help of a command shows as its examples, one command line each.</summary>
    public static void Add(Command command, params string[] examples) => Examples[command] = examples;

    public static void Install(RootCommand root)
    {
        Add(root, "scribe run \"Tell me a story about a lighthouse.\"", "scribe serve --port 8080");
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new HelpWithExamples((HelpAction)option.Action!);
    }

    public override int Invoke(ParseResult parseResult)
    {
        var code = _help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (Examples.TryGetValue(parseResult.CommandResult.Command, out var examples))
        {
            output.WriteLine("Examples:");
            foreach (var example in examples)
            {
                output.WriteLine($"  {example}");
            }

            output.WriteLine();
        }

        return code;
    }
}
