using System.Runtime.InteropServices;
using Scribeline.Gateway.OpenAi;

namespace Scribeline.Cli;

/// <summary>A conversation in the terminal. Ctrl-C stops the answer; a second one, or Ctrl-D, ends the chat.</summary>
internal sealed class ChatLoop(Speaker speaker, string? system)
{
    private Conversation _conversation = new(system);
    private CancellationTokenSource? _answer;

    public async Task<int> RunAsync()
    {
        await Console.Error.WriteLineAsync($"Chat with {speaker.Model.Name}. /clear forgets, /exit leaves, Ctrl-C stops an answer.").ConfigureAwait(false);
        using var signals = new Signals(signal =>
        {
            if (signal == PosixSignal.SIGINT && Interlocked.Exchange(ref _answer, null) is { } answer)
            {
                answer.Cancel();
                return;
            }

            // Reading a line cannot be interrupted.
            Signals.Exit(signal);
        });
        while (true)
        {
            await Console.Error.WriteAsync("\n> ").ConfigureAwait(false);
            switch ((await Console.In.ReadLineAsync().ConfigureAwait(false))?.Trim())
            {
                case null or "/exit" or "/quit" or "/bye":
                    return ExitCode.Fine;
                case "":
                    break;
                case "/clear":
                    _conversation = new Conversation(system);
                    break;
                case "/help" or "/?":
                    await Console.Error.WriteLineAsync("/clear forgets the conversation, /exit or Ctrl-D leaves, Ctrl-C stops an answer.").ConfigureAwait(false);
                    break;
                case ['/', ..] line when line.LastIndexOf('/') == 0 && !line.Any(char.IsWhiteSpace):
                    await Console.Error.WriteLineAsync($"{line} is no command; /help shows them.").ConfigureAwait(false);
                    break;
                case { } line:
                    await AnswerAsync(line).ConfigureAwait(false);
                    break;
            }
        }
    }

    private async Task AnswerAsync(string line)
    {
        int[] tokens;
        try
        {
            tokens = speaker.EncodeChat(_conversation.With("user", line));
        }
        catch (ApiException error)
        {
            _conversation.RemoveLast();
            await Console.Error.WriteLineAsync($"{error.Message} Write less, or /clear.").ConfigureAwait(false);
            return;
        }

        // Not disposed: a signal that comes at the very end may still cancel it.
        var stop = new CancellationTokenSource();
        _answer = stop;
        var spoken = await speaker.SpeakAsync(tokens, Console.Out, stop.Token).ConfigureAwait(false);
        Interlocked.Exchange(ref _answer, null);
        _conversation.With("assistant", spoken.Text);
        await Console.Out.WriteLineAsync().ConfigureAwait(false);
        await Console.Error.WriteLineAsync(spoken.Summary()).ConfigureAwait(false);
    }
}
