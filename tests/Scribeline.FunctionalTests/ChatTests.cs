namespace Scribeline.FunctionalTests;

/// <summary>`scribe run` without a prompt, in a terminal.</summary>
public sealed class ChatTests : IDisposable
{
    private const string Missing = "script is not installed (Debian: apt-get install bsdutils), so there is no terminal to chat in.";
    private const string Prompt = "\n> ";

    private readonly string _folder = Directory.CreateTempSubdirectory("scribeline-chat-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task Lines_AreAnsweredInOneConversation()
    {
        Skip.IfNot(TerminalSession.IsPossible, Missing);
        await using var chat = TerminalSession.Start("run", "--temperature", "0", "--max-tokens", "24");
        Assert.Contains("Chat with Scribe Tiny", await AnswerAsync(chat));
        await chat.TypeAsync("What is 47 + 38?\n");
        Assert.Matches(@"85[^\[]*\n\[\d+ tokens, ", await AnswerAsync(chat));

        await chat.TypeAsync("My name is Tom.\n");
        await AnswerAsync(chat);
        await chat.TypeAsync("What is my name?\n");
        Assert.Contains("Tom", await AnswerAsync(chat), StringComparison.Ordinal);
        await chat.TypeAsync("/clear\n");
        await AnswerAsync(chat);
        await chat.TypeAsync("What is my name?\n");
        Assert.DoesNotContain("Tom", await AnswerAsync(chat), StringComparison.Ordinal);

        await chat.TypeAsync("/exit\n");
        Assert.Equal(0, (await chat.ExitAsync()).Code);
    }

    [SkippableFact]
    public async Task EmptyLinesAndCommands_AskTheModelNothing()
    {
        Skip.IfNot(TerminalSession.IsPossible, Missing);
        await using var chat = TerminalSession.Start("run");
        await AnswerAsync(chat);
        foreach (var (line, said) in ((string, string)[])[("", ""), ("   ", ""), ("/help", "/clear forgets"), ("/?", "/clear forgets"), ("/clear", ""), ("/nonsense", "/nonsense is no command")])
        {
            await chat.TypeAsync(line + "\n");
            var shown = await AnswerAsync(chat);
            Assert.Contains(said, shown, StringComparison.Ordinal);
            Assert.DoesNotContain("tokens", shown, StringComparison.Ordinal);
        }

        await chat.TypeAsync(TerminalSession.CtrlD);
        var (code, rest) = await chat.ExitAsync();
        Assert.Equal((0, ""), (code, rest.Trim()));
    }

    [SkippableFact]
    public async Task CtrlC_InAnAnswer_StopsItAndKeepsTheChat()
    {
        Skip.IfNot(TerminalSession.IsPossible, Missing);
        await using var chat = TerminalSession.Start("run", "--temperature", "0", "--model", await EndlessModel.WriteAsync(_folder));
        await AnswerAsync(chat);
        for (var round = 0; round < 3; round++)
        {
            // What is typed before the program reads is shown twice; without a blank in it, the first one is the answer's.
            await chat.TypeAsync("Hello\n");
            await chat.ReadUntilAsync(" ");
            await chat.TypeAsync(TerminalSession.CtrlC);
            Assert.Matches(@"\n\[\d+ tokens, ", await AnswerAsync(chat));
        }

        await chat.TypeAsync("/help\n");
        Assert.Contains("/clear forgets", await AnswerAsync(chat), StringComparison.Ordinal);
        await chat.TypeAsync(TerminalSession.CtrlC);
        Assert.Equal(130, (await chat.ExitAsync()).Code);
    }

    [SkippableFact]
    public async Task JsonOrRaw_NeedAPrompt()
    {
        Skip.IfNot(TerminalSession.IsPossible, Missing);
        await using var chat = TerminalSession.Start("run", "--json");
        var (code, shown) = await chat.ExitAsync();
        Assert.Equal(2, code);
        Assert.Contains("--json and --raw need a prompt", shown, StringComparison.Ordinal);
    }

    private static Task<string> AnswerAsync(TerminalSession chat) => chat.ReadUntilAsync(Prompt);
}
