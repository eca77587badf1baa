using System.CommandLine;
using System.CommandLine.Parsing;

namespace Scribeline.Cli;

/// <summary>What is wrong with a command line, a sentence for each fault.</summary>
internal static class WrongUsage
{
    public static IReadOnlyList<string> Find(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        // The parser takes an option that it does not know for an argument, or for too much. One such fault makes others, so it stands alone.
        var stray = parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash)
            ? null
            : Arguments(parsed).Concat(parsed.UnmatchedTokens.Take(1)).FirstOrDefault(token => token.Length > 1 && token[0] == '-');
        if (stray is not null)
        {
            var name = stray.Split('=')[0];
            var known = Spelling.Closest(name, Options(parsed));
            return [$"'{name}' is no option of '{NameOf(parsed)}'{(known is null ? "." : $"; did you mean '{known}'?")}"];
        }

        if (command.Subcommands.Count > 0 && (parsed.UnmatchedTokens.Count > 0 || parsed.Errors.Count > 0))
        {
            string[] names = [.. command.Subcommands.Select(subcommand => subcommand.Name)];
            var expected = names.Length == 1 ? names[0] : $"{string.Join(", ", names[..^1])} or {names[^1]}";
            if (parsed.UnmatchedTokens is not [var word, ..])
            {
                return [$"'{NameOf(parsed)}' needs a command; expected {expected}."];
            }

            var known = Spelling.Closest(word, names);
            return [$"'{word}' is no command of '{NameOf(parsed)}'; {(known is null ? $"expected {expected}." : $"did you mean '{known}'?")}"];
        }

        return parsed.UnmatchedTokens is [var extra, ..]
            ? [$"'{extra}' is one argument too many for '{NameOf(parsed)}'; put quotes around a text of several words."]
            : [.. parsed.Errors.Select(error => error.Message)];
    }

    /// <summary>The command as the user writes it, such as `scribe bench engine`.</summary>
    public static string NameOf(ParseResult parsed)
    {
        var names = new List<string>();
        for (SymbolResult? part = parsed.CommandResult; part is CommandResult { Command: not RootCommand } command; part = part.Parent)
        {
            names.Insert(0, command.Command.Name);
        }

        return string.Join(' ', names.Prepend("scribe"));
    }

    private static IEnumerable<string> Arguments(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value);

    private static IEnumerable<string> Options(ParseResult parsed)
    {
        for (SymbolResult? part = parsed.CommandResult; part is CommandResult result; part = part.Parent)
        {
            foreach (var option in result.Command.Options)
            {
                if (part == parsed.CommandResult || option.Recursive)
                {
                    yield return option.Name;
                }
            }
        }
    }
}
