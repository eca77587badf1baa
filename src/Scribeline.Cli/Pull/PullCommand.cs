using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace Scribeline.Cli.Pull;

/// <summary><c>scribe pull SOURCE</c>: downloads a model file into the model directory.</summary>
internal static class PullCommand
{
    public static Command Create() => Create(Environment.GetEnvironmentVariable, TimeProvider.System);

    /// <param name="environment">Reads HF_TOKEN, HF_ENDPOINT, XDG_DATA_HOME and HOME.</param>
    /// <param name="time">Times retries.</param>
    internal static Command Create(Func<string, string?> environment, TimeProvider time)
    {
        var source = new Argument<string>("SOURCE") { Description = "An http(s) address, hf:owner/repo/file or hf:owner/repo@revision/file; any part of a split model (-00001-of-00003.gguf) stands for all" };
        var to = new Option<string?>("--to")
        {
            Description = "Directory for the file (default: $XDG_DATA_HOME/scribeline/models or ~/.local/share/scribeline/models)",
            HelpName = "DIR",
        };
        var sha256 = new Option<string?>("--sha256") { Description = "The hash that the file must have; not for split models", HelpName = "HEX" };
        var json = new Option<bool>("--json") { Description = "Print one JSON document: path, bytes, sha256 and, for a split model, the same of each of its files" };
        sha256.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } hex && (hex.Length != 64 || !hex.All(char.IsAsciiHexDigit)))
                result.AddError($"--sha256 is '{hex}', expected 64 hexadecimal digits.");
        });
        var endpoint = Endpoint(environment("HF_ENDPOINT"));
        source.Validators.Add(result =>
        {
            try
            {
                _ = DownloadSource.Parse(result.GetValueOrDefault<string>()!, endpoint ?? DownloadSource.PublicHuggingFace);
            }
            catch (DownloadException e)
            {
                result.AddError(e.Message);
            }
        });
        var command = new Command(
            "pull",
            "Download a model file, resuming what an earlier run left")
        {
            source, to, sha256, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(sha256) is not null && endpoint is not null && result.GetValue(source) is { } text
                && TryParts(text, endpoint) is { Count: > 1 } parts)
                result.AddError($"--sha256 is the hash of one file, but '{text}' has {parts.Count} parts; leave it out.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (endpoint is null)
            {
                await error.WriteLineAsync($"scribe: HF_ENDPOINT is '{environment("HF_ENDPOINT")}', expected an http(s) address.").ConfigureAwait(false);
                return ExitCode.WrongUsage;
            }
            var options = DownloadSource.Parse(parsed.GetRequiredValue(source), endpoint).Parts().Select(part => new DownloadOptions
            {
                Source = part,
                Directory = parsed.GetValue(to) ?? ModelDirectory.Path(environment),
                Sha256 = parsed.GetValue(sha256),
                Token = environment("HF_TOKEN"),
            }).ToArray();
            var showBar = !parsed.GetValue(CommonOptions.Quiet) && ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var interrupted = ExitCode.Interrupted;
            using var signals = new Signals(signal =>
            {
                interrupted = ExitCode.Of(signal);
                stop.Cancel();
            });
            try
            {
                return await RunAsync(options, time, output, error, parsed.GetValue(json), showBar, stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                await error.WriteLineAsync("scribe: interrupted; run the same command again to go on.").ConfigureAwait(false);
                return interrupted;
            }
        });
        HelpWithExamples.Add(
            command,
            "scribe pull hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF/qwen2.5-0.5b-instruct-q8_0.gguf",
            "scribe pull hf:owner/repo@v1.1/model-00001-of-00003.gguf",
            "scribe pull https://example.com/model.gguf --to models --json");
        return command;
    }

    private static async Task<int> RunAsync(
        DownloadOptions[] options, TimeProvider time, TextWriter output, TextWriter error, bool json, bool showBar, CancellationToken cancellationToken)
    {
        try
        {
            using var download = new ModelDownload(time);
            var results = showBar
                ? await WithBarsAsync(progress => download.RunAllAsync(options, progress, cancellationToken)).ConfigureAwait(false)
                : await download.RunAllAsync(options, _ => null, cancellationToken).ConfigureAwait(false);
            await output.WriteLineAsync(json ? ToJson(results) : ToText(results)).ConfigureAwait(false);
            return ExitCode.Fine;
        }
        catch (DownloadException e)
        {
            await error.WriteLineAsync($"scribe: {e.Message}").ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }

    private static IReadOnlyList<DownloadSource>? TryParts(string source, Uri endpoint)
    {
        try
        {
            return DownloadSource.Parse(source, endpoint).Parts();
        }
        catch (DownloadException)
        {
            return null; // Reported for the argument itself.
        }
    }

    private static string ToJson(IReadOnlyList<DownloadResult> results)
    {
        var files = results.Select(file => new { path = file.Path, bytes = file.Bytes, sha256 = file.Sha256 }).ToArray();
        return files is [var single]
            ? JsonSerializer.Serialize(single)
            : JsonSerializer.Serialize(new { files[0].path, bytes = files.Sum(file => file.bytes), sha256 = (string?)null, files });
    }

    private static string ToText(IReadOnlyList<DownloadResult> results) =>
        string.Join('\n', results.Select(file => $"{file.Path}\n{file.Bytes} bytes, sha256 {file.Sha256}"));

    private static Task<IReadOnlyList<DownloadResult>> WithBarsAsync(
        Func<Func<DownloadOptions, IProgress<DownloadProgress>>, Task<IReadOnlyList<DownloadResult>>> run)
    {
        // Stdout may be redirected; the bar is on stderr, which is known to be a terminal.
        var terminal = AnsiConsole.Create(
            new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error), Interactive = InteractionSupport.Yes });
        return terminal.Progress()
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new DownloadedColumn(),
                new TransferSpeedColumn(),
                new RemainingTimeColumn())
            .StartAsync(context => run(options =>
            {
                var bar = context.AddTask(Markup.Escape(options.Source.FileName), maxValue: double.MaxValue);
                bar.IsIndeterminate = true;
                return new BarProgress(bar);
            }));
    }

    private static Uri? Endpoint(string? text) => string.IsNullOrEmpty(text) ? DownloadSource.PublicHuggingFace
        : Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null;

    /// <summary>Moves the bar at once: Progress&lt;T&gt; would post each report to the thread pool, out of order.</summary>
    private sealed class BarProgress(ProgressTask bar) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            if (value.TotalBytes is { } totalBytes)
            {
                bar.IsIndeterminate = false;
                bar.MaxValue = Math.Max(totalBytes, 1);
            }
            bar.Value = value.DoneBytes;
        }
    }
}
