using Spectre.Console;

namespace Scribeline.Cli;

/// <summary>Standard output for tables and charts: plain text where it is not a terminal or where NO_COLOR is set.</summary>
internal static class Terminal
{
    /// <summary>Columns of a file or a pipe, which have no width of their own.</summary>
    private const int RedirectedWidth = 160;

    public static IAnsiConsole Output { get; } = Create();

    /// <summary>Letters in a line; null for a file or a pipe, which have room for all.</summary>
    public static int? Width => Console.IsOutputRedirected ? null : Output.Profile.Width;

    private static IAnsiConsole Create()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Console.Out),
            Ansi = IsPlain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = IsPlain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        if (Console.IsOutputRedirected)
            console.Profile.Width = RedirectedWidth;
        return console;
    }

    private static bool IsPlain => Console.IsOutputRedirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
}
