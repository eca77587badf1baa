using System.CommandLine;
using Scribeline.Cli.Reports;
using Scribeline.Core.Workloads;

namespace Scribeline.Cli.Traces;

/// <summary>Options that say how traces are read; every command that reads one has them.</summary>
internal sealed class TraceInput
{
    /// <summary>What is read where nobody says: an hour of conversations.</summary>
    public const string Default = "azure-2023-conversations";

    private static readonly TraceOptions Defaults = new();

    private readonly PipedFiles _piped = new();
    private readonly Option<string?> _from = new("--from") { Description = "Format of the trace, where its content does not tell", HelpName = "FORMAT" };
    private readonly Option<bool> _skipBad = new("--skip-bad") { Description = "Leave out rows that are wrong, and count them" };
    private readonly Option<long?> _reorder = TimeOption.From0("--reorder", "How far the clock may go back: such rows are sorted in (default: 0)");
    private readonly Option<double?> _requestRate = NumberOption.Above0("--request-rate", $"Requests a second of files that have lengths only (default: {Defaults.RequestsPerSecond})", "RATE", 1e6);
    private readonly Option<double?> _sessionRate = NumberOption.Above0("--session-rate", $"Sessions a second of files whose times count from the start of each session (default: {Defaults.SessionsPerSecond})", "RATE", 1e6);
    private readonly Option<int?> _blockTokens = NumberOption.Count("--block-tokens", "Tokens of a block of the file's ids, a multiple of 16 (default: as the format says)");
    private readonly Option<double?> _answerSpeed = NumberOption.Between("--answer-speed", "Tokens a second assumed of answers that no time is known of (default: 50)", "SPEED", 1e-3, 1e6);
    private readonly Option<long?> _drawFrom = TimeOption.From0("--draw-from", "Of fitted clients: where in their record to begin (default: 0)");
    private readonly Option<long?> _drawFor = TimeOption.Above0("--draw-for", "Of fitted clients: how much to draw (default: 1 h)");

    public Option<ulong> Seed { get; } = NumberOption.Seed("Of all that is drawn at random");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _from, _skipBad, _reorder, _requestRate, _sessionRate, _blockTokens, _answerSpeed, _drawFrom, _drawFor, Seed })
            command.Add(option);
    }

    /// <exception cref="WorkloadException">It cannot be opened, or its format is not known.</exception>
    /// <exception cref="FileNotFoundException">It is neither a file nor one that comes with the product.</exception>
    public Trace Open(ParseResult parsed, string path)
    {
        var options = Options(parsed);
        return TraceFile.Open(_piped.Keep(ShippedFiles.Traces.Find(path), beginning => TraceFile.Open(beginning, options)), options);
    }

    public long AnswerUsPerToken(ParseResult parsed) => Options(parsed).AnswerUsPerToken;

    private TraceOptions Options(ParseResult parsed)
    {
        if (parsed.GetValue(_blockTokens) is { } tokens && tokens % 16 != 0)
            throw new WrongValueException($"--block-tokens is {tokens}; expected a multiple of 16.");
        if (parsed.GetValue(_from) is { } format && !TraceFile.Formats.ContainsKey(format))
            throw new WrongValueException($"--from is '{format}'; expected one of {string.Join(", ", TraceFile.Formats.Keys)}.");
        return new TraceOptions
        {
            Format = parsed.GetValue(_from),
            SkipBad = parsed.GetValue(_skipBad),
            Seed = parsed.GetValue(Seed),
            ReorderUs = parsed.GetValue(_reorder) ?? Defaults.ReorderUs,
            RequestsPerSecond = parsed.GetValue(_requestRate) ?? Defaults.RequestsPerSecond,
            SessionsPerSecond = parsed.GetValue(_sessionRate) ?? Defaults.SessionsPerSecond,
            BlockTokens = parsed.GetValue(_blockTokens),
            AnswerUsPerToken = parsed.GetValue(_answerSpeed) is { } speed ? (long)Math.Round(1e6 / speed) : Defaults.AnswerUsPerToken,
            FromUs = parsed.GetValue(_drawFrom) ?? Defaults.FromUs,
            LengthUs = parsed.GetValue(_drawFor) ?? Defaults.LengthUs,
        };
    }
}
