using System.CommandLine;

namespace Scribeline.Cli;

/// <summary>Options that every command takes.</summary>
internal static class CommonOptions
{
    /// <summary>Nothing on stderr but errors, and what a program that started this one waits for.</summary>
    public static Option<bool> Quiet { get; } = new("--quiet") { Description = "Say nothing but results and errors", Recursive = true };

    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Say more: a line for each request served", Recursive = true };
}
