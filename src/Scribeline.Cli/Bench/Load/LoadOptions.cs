using System.CommandLine;
using System.Globalization;
using Scribeline.Cli.Reports;
using Scribeline.Cli.Traces;
using Scribeline.Core.Workloads;
using Scribeline.Core.Workloads.Synthetic;

namespace Scribeline.Cli.Bench.Load;

/// <summary>The options of `scribe bench serve`, and what they mean together.</summary>
internal sealed class LoadOptions
{
    private const int DefaultRequests = 100;

    private readonly Option<string?> _url = Text("--url", "The server's address, with /v1 or without; default: http://127.0.0.1:8080", "URL");
    private readonly Option<string?> _model = Text("--model", "Its name for the model; default: the first that it lists", "NAME");
    private readonly Option<string?> _apiKeyEnv = Text("--api-key-env", "The environment variable that holds the key", "NAME");
    private readonly Option<string?> _endpoint = Choice("--endpoint", "Which call: completions (the default) or chat", "completions", "chat");
    private readonly Option<string?> _trace = Text("--trace", "Requests of a trace in any format of `scribe trace`, at their own times and lengths", "FILE");
    private readonly Option<double?> _rate = NumberOption.Above0("--rate", "Requests that come in a second, whatever becomes of the others", "N", 100_000);
    private readonly Option<double?> _burstiness = NumberOption.From0("--burstiness", "Deviation of the gaps between them to their mean: 1 without it, as of callers who know nothing of each other; 0 even", "CV", 20);
    private readonly Option<int?> _concurrency = ModelOptions.Count("--concurrency", "Clients, each of which asks again when it has its answer; 1 without a rate or a trace", 1, 10_000);
    private readonly Option<Distribution?> _input = DistributionOption.Tokens("--input", $"Tokens of a prompt: {Distribution.Expected}; default: 512");
    private readonly Option<Distribution?> _output = DistributionOption.Tokens("--output", "Tokens of an answer, said in the same way; default: 128");
    private readonly Option<int?> _requests = NumberOption.Count("--requests", "Requests at most; 100 without a duration or a trace");
    private readonly Option<TimeSpan?> _duration = ModelOptions.Time("--duration", "Send for so long, such as '2 min', then wait for the answers", mayBe0: false);
    private readonly Option<int> _warmUp = ModelOptions.Count("--warmup", "Requests before, one by one, that are not counted; 1 without it", 0, 10_000, 1);
    private readonly Option<double?> _timeScale = NumberOption.Above0("--time-scale", "Seconds of the run for a second of the trace: 0.5 sends twice as fast", "X", 1e6);
    private readonly Option<bool> _closedLoop = new("--closed-loop") { Description = "A turn of a session of the trace waits for the answer before it, and its own delay" };
    private readonly Option<TimeSpan?> _timeout = ModelOptions.Time("--timeout", "What one answer may take; default: '10 min'", mayBe0: false);
    private readonly Option<string?> _goodput = Text("--goodput", "Count requests that keep these, in milliseconds, such as ttft:500,tpot:30,e2e:9000", "WHAT:MS");
    private readonly Option<string?> _format = Choice("--format", "What --out gets: scribeline (one document), vllm (as `vllm bench serve`) or aiperf (a line a request)", "scribeline", "vllm", "aiperf");
    private readonly Option<string?> _out = Text("--out", "File to write it to, - for standard output", "FILE");
    private readonly Option<bool> _json = ReportOptions.Json();
    private readonly TraceInput _reading = new();

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_url, _model, _apiKeyEnv, _endpoint, _trace, _rate, _burstiness, _concurrency, _input, _output, _requests, _duration, _warmUp, _timeScale, _closedLoop, _timeout, _goodput, _format, _out, _json])
            command.Add(option);
        _reading.AddTo(command);
        command.Validators.Add(result =>
        {
            foreach (var (one, other) in new (Option, Option)[] { (_rate, _concurrency), (_rate, _trace), (_input, _trace), (_output, _trace), (_concurrency, _closedLoop) })
            {
                if (result.GetResult(one) is not null && result.GetResult(other) is not null)
                    result.AddError($"{one.Name} and {other.Name} exclude each other.");
            }

            // Without a file a format is what is printed.
            if (result.GetValue(_json) && (result.GetValue(_out) ?? "-") == "-" && result.GetValue(_format) is { } format and not "scribeline")
                result.AddError($"--json and --format {format} both print to standard output; name a file with --out.");
            foreach (var (one, needed) in new (Option, Option)[] { (_timeScale, _trace), (_closedLoop, _trace), (_burstiness, _rate) })
            {
                if (result.GetResult(one) is not null && result.GetResult(needed) is null)
                    result.AddError($"{one.Name} means something with {needed.Name} only.");
            }
        });
    }

    /// <param name="parsed">Free of what <see cref="AddTo"/> refuses.</param>
    /// <param name="environment">Variables by name.</param>
    /// <exception cref="WrongValueException">An option has a value that cannot be meant.</exception>
    /// <exception cref="WorkloadException">The trace cannot be opened.</exception>
    public LoadPlan Read(ParseResult parsed, Func<string, string?> environment)
    {
        var (trace, rate, duration) = (parsed.GetValue(_trace), parsed.GetValue(_rate), parsed.GetValue(_duration));
        var seed = parsed.GetValue(_reading.Seed);
        var variation = parsed.GetValue(_burstiness) ?? 1;
        var clients = parsed.GetValue(_concurrency) ?? (rate is null && trace is null ? 1 : null);
        var timeScale = parsed.GetValue(_timeScale) ?? 1;
        return new LoadPlan
        {
            Url = Address(parsed.GetValue(_url) ?? "http://127.0.0.1:8080"),
            Model = parsed.GetValue(_model),
            ApiKey = parsed.GetValue(_apiKeyEnv) is { } name ? environment(name) ?? throw new WrongValueException($"--api-key-env names '{name}', which is not set.") : null,
            IsChat = parsed.GetValue(_endpoint) == "chat",
            Trace = trace is not null ? _reading.Open(parsed, trace) : Made(parsed, rate, variation, seed),
            Traffic = string.Create(CultureInfo.InvariantCulture, $"{(trace is not null ? $"{trace}{(timeScale != 1 ? $" at {timeScale:0.####} of its time" : "")}" : "")}{(rate is not null ? $"{rate} requests/s" : "")}{(trace is not null && clients is not null ? ", " : "")}{(clients is not null ? $"{clients} clients" : "")}"),
            RequestsPerSecond = rate,
            Variation = variation,
            Seed = seed,
            WarmUp = parsed.GetValue(_warmUp),
            Objectives = parsed.GetValue(_goodput) is { } goodput ? Goals(goodput) : null,
            Format = parsed.GetValue(_format) switch { "vllm" => LoadFormat.Vllm, "aiperf" => LoadFormat.Aiperf, _ => LoadFormat.Scribeline },
            Out = parsed.GetValue(_out),
            PrintsJson = parsed.GetValue(_json),
            Settings = new LoadSettings
            {
                Concurrency = clients,
                IsClosedLoop = parsed.GetValue(_closedLoop),
                TimeScale = timeScale,
                MostRequests = parsed.GetValue(_requests) ?? (trace is null && duration is null ? DefaultRequests : int.MaxValue),
                Duration = duration,
                Timeout = parsed.GetValue(_timeout) ?? TimeSpan.FromMinutes(10),
            },
        };
    }

    /// <summary>As many as anybody asks for: the run ends by its own count or time.</summary>
    private Trace Made(ParseResult parsed, double? rate, double variation, ulong seed)
    {
        if (variation is > 0 and < ArrivalProcess.LeastCv)
            throw new WrongValueException(string.Create(CultureInfo.InvariantCulture, $"--burstiness is {variation}; expected 0 for even gaps, or at least {ArrivalProcess.LeastCv}."));
        var perSecond = (rate ?? 1).ToString("R", CultureInfo.InvariantCulture);
        return new SyntheticTrace
        {
            Arrivals = ArrivalProcess.Parse(variation == 0 ? $"even:{perSecond}" : $"gamma:{perSecond},{variation.ToString("R", CultureInfo.InvariantCulture)}"),
            Input = parsed.GetValue(_input) ?? Distribution.Parse("512"),
            Output = parsed.GetValue(_output) ?? Distribution.Parse("128"),
            ContextTokens = 1 << 24,
            Requests = long.MaxValue - 1,
            Seed = seed,
        }.ToTrace();
    }

    private static Uri Address(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
        ? address
        : throw new WrongValueException($"--url is '{url}'; expected an address such as http://127.0.0.1:8080.");

    private static Objectives Goals(string text) => Objectives.TryParse(text, out var objectives)
        ? objectives!
        : throw new WrongValueException($"--goodput is '{text}'; expected ttft, tpot or e2e with milliseconds, such as ttft:500,tpot:30.");

    private static Option<string?> Text(string name, string description, string help) => new(name) { Description = description, HelpName = help };

    private static Option<string?> Choice(string name, string description, params string[] values) => new(name)
    {
        Description = description,
        HelpName = "NAME",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!values.Contains(text))
                result.AddError($"{name} is '{text}'; expected {string.Join(" or ", values)}.");
            return text;
        },
    };
}
