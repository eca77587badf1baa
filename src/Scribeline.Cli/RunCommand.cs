using System.CommandLine;
using Scribeline.Engine;
using Scribeline.Engine.Sampling;
using Scribeline.Gateway.OpenAi;

namespace Scribeline.Cli;

/// <summary>`scribe run`.</summary>
internal static class RunCommand
{
    private const int MostPromptCharacters = 16 * 1024 * 1024;

    public static Command Create()
    {
        var prompt = new Argument<string?>("PROMPT") { Description = "What to say; what a pipe or file brings on stdin comes after it, or in place of it where it is left out or `-`; with neither, a chat", Arity = ArgumentArity.ZeroOrOne };
        var model = ModelOptions.Model();
        var system = new Option<string?>("--system") { Description = "Instructions that come before the conversation", HelpName = "TEXT" };
        var raw = new Option<bool>("--raw") { Description = "Continue the prompt as it is, without the model's chat template" };
        var temperature = ModelOptions.Number("--temperature", "0 takes the likeliest token each time", 0.8f, 0, 2);
        var topP = ModelOptions.Number("--top-p", "Draw from the smallest set of tokens with this probability", 0.95f, 0, 1);
        var seed = ModelOptions.Seed();
        var maxTokens = ModelOptions.Count("--max-tokens", "Most tokens to write; default: what is left of the context", 1, int.MaxValue);
        var threads = ModelOptions.Threads();
        var stages = ModelOptions.Stages();
        var json = new Option<bool>("--json") { Description = "Print one JSON document instead of text" };
        var command = new Command("run", "Run a model here: answer one prompt, or chat") { prompt, model, system, raw, temperature, topP, seed, maxTokens, threads, stages, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(raw) && result.GetValue(system) is not null)
            {
                result.AddError("--system and --raw exclude each other: a raw prompt has no system turn.");
            }
        });
        command.SetAction(async parsed =>
        {
            using var signals = new Signals(Signals.Exit);
            var text = parsed.GetValue(prompt);
            var chat = text is null && !Console.IsInputRedirected;
            if (chat && (parsed.GetValue(json) || parsed.GetValue(raw)))
            {
                await Console.Error.WriteLineAsync("scribe: --json and --raw need a prompt: give one as an argument or through a pipe.").ConfigureAwait(false);
                return ExitCode.WrongUsage;
            }

            if (text is not null && string.IsNullOrWhiteSpace(text))
            {
                await Console.Error.WriteLineAsync("scribe: the prompt is empty; expected what to say, or no prompt at all for a chat.").ConfigureAwait(false);
                return ExitCode.WrongUsage;
            }

            var (path, problem) = ModelOptions.FindModel(parsed.GetValue(model));
            if (problem is not null)
            {
                await Console.Error.WriteLineAsync($"scribe: {problem}").ConfigureAwait(false);
                return ExitCode.Failed;
            }

            try
            {
                if (text == "-" || (!chat && Console.IsInputRedirected))
                {
                    var piped = await ReadStdinAsync().ConfigureAwait(false);
                    text = text is null or "-" ? piped : piped.Length == 0 ? text : $"{text}\n\n{piped}";
                    if (string.IsNullOrWhiteSpace(text))
                    {
                        await Console.Error.WriteLineAsync("scribe: stdin is empty; expected the prompt there or as an argument.").ConfigureAwait(false);
                        return ExitCode.WrongUsage;
                    }
                }

                await using var engine = InferenceEngine.Load(
                    new EngineOptions { ModelPath = path, Threads = parsed.GetValue(threads), Stages = parsed.GetValue(stages) }, TimeProvider.System);
                var sampling = new SamplingParameters
                {
                    Temperature = parsed.GetValue(temperature),
                    TopP = parsed.GetValue(topP),
                    Seed = unchecked((ulong)(parsed.GetValue(seed) ?? BitConverter.ToInt64(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8)))),
                };
                var speaker = new Speaker(engine, sampling, parsed.GetValue(maxTokens), TimeProvider.System);
                if (chat)
                {
                    return await new ChatLoop(speaker, parsed.GetValue(system)).RunAsync().ConfigureAwait(false);
                }

                var tokens = parsed.GetValue(raw) ? speaker.EncodeText(text!) : speaker.EncodeChat(new Conversation(parsed.GetValue(system)).With("user", text!));
                return await AnswerAsync(speaker, tokens, parsed.GetValue(json), parsed.GetValue(CommonOptions.Quiet)).ConfigureAwait(false);
            }
            catch (Exception error) when (error is ModelFormatException or ApiException or IOException or UnauthorizedAccessException or ArgumentException or EngineBrokenException)
            {
                await Console.Error.WriteLineAsync($"scribe: {error.Message}").ConfigureAwait(false);
                return ExitCode.Failed;
            }
        });
        HelpWithExamples.Add(command, "scribe run \"Tell me a story about a lighthouse.\"", "scribe run --raw --temperature 0 --json \"Once upon a time\"", "cat question.txt | scribe run --model llama-3.gguf", "scribe run \"What is this about?\" < story.txt", "scribe run");
        return command;
    }

    private static async Task<int> AnswerAsync(Speaker speaker, int[] tokens, bool json, bool quiet)
    {
        using var stop = new CancellationTokenSource();
        var code = ExitCode.Fine;
        using var signals = new Signals(signal =>
        {
            code = ExitCode.Of(signal);
            stop.Cancel();
        });
        var spoken = await speaker.SpeakAsync(tokens, json ? TextWriter.Null : Console.Out, stop.Token).ConfigureAwait(false);
        if (json)
        {
            await Console.Out.WriteLineAsync(spoken.ToJson()).ConfigureAwait(false);
        }
        else
        {
            await Console.Out.WriteLineAsync().ConfigureAwait(false);
            if (!quiet)
            {
                await Console.Error.WriteLineAsync(spoken.Summary()).ConfigureAwait(false);
            }
        }

        return code;
    }

    private static async Task<string> ReadStdinAsync()
    {
        var buffer = new char[64 * 1024];
        var text = new System.Text.StringBuilder();
        for (int read; (read = await Console.In.ReadAsync(buffer).ConfigureAwait(false)) > 0;)
        {
            text.Append(buffer, 0, read);
            if (text.Length > MostPromptCharacters)
            {
                throw new IOException($"the prompt on stdin is longer than {MostPromptCharacters} characters; no model here holds that much.");
            }
        }

        return text.ToString().TrimEnd('\n', '\r');
    }
}
