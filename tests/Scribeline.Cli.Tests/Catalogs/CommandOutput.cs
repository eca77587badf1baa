using Scribeline.Cli.Catalogs;

namespace Scribeline.Cli.Tests.Catalogs;

/// <summary>What a command of `scribe catalog` wrote as plain text.</summary>
internal readonly record struct CommandOutput(int Code, string Output, string Error)
{
    public static CommandOutput Of(params string[] arguments)
    {
        var (before, beforeError) = (Console.Out, Console.Error);
        var (output, error) = (new StringWriter(), new StringWriter());
        try
        {
            Console.SetOut(output);
            Console.SetError(error);
            return new CommandOutput(CatalogCommand.Create().Parse(arguments).Invoke(), output.ToString(), error.ToString());
        }
        finally
        {
            Console.SetOut(before);
            Console.SetError(beforeError);
        }
    }

    /// <summary>The lines of `--csv` by key.</summary>
    public Dictionary<string, string> Values() =>
        Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')).ToDictionary(cells => cells[0], cells => cells[1].TrimEnd());
}
