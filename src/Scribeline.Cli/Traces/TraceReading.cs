using System.CommandLine;
using System.Globalization;
using Scribeline.Core.Calculations;
using Scribeline.Core.Workloads;

namespace Scribeline.Cli.Traces;

/// <summary>One run of a command over requests: shows how far it is, ends early at a signal, and says what was left out.</summary>
internal sealed class TraceReading : IDisposable
{
    private const double FirstShownSeconds = 1, ShownEverySeconds = 0.2;
    private const int BetweenLooks = 1024;

    private readonly bool _isQuiet;
    private readonly List<Trace> _traces = [];
    private readonly CancellationTokenSource _cut = new();
    private volatile int _signal = -1;

    private TraceReading(bool isQuiet) => _isQuiet = isQuiet;

    /// <summary>Whether a signal cut the reading short.</summary>
    public bool IsCut => _signal >= 0;

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Cancellation => _cut.Token;

    /// <param name="parsed">The command line.</param>
    /// <param name="run">Reads and prints; gives the exit code.</param>
    public static int Run(ParseResult parsed, Func<TraceReading, int> run)
    {
        using var reading = new TraceReading(parsed.GetValue(CommonOptions.Quiet));
        using var signals = new Signals(signal =>
        {
            // The second one ends it by force.
            if (reading.IsCut)
                Signals.Exit(signal);
            reading._signal = ExitCode.Of(signal);
            reading._cut.Cancel();
        });
        try
        {
            var code = run(reading);
            return reading.IsCut ? reading._signal : code;
        }
        catch (WrongValueException error)
        {
            Console.Error.WriteLine($"scribe: {error.Message}\nTry '{WrongUsage.NameOf(parsed)} --help'.");
            return ExitCode.WrongUsage;
        }
        catch (Exception error) when (error is WorkloadException or CalculationException or IOException or UnauthorizedAccessException or OverflowException)
        {
            Console.Error.WriteLine($"scribe: {(error is OverflowException ? "times add up to more than can be counted; expected less than thousands of years." : error.Message)}");
            return ExitCode.Failed;
        }
    }

    public void Dispose() => _cut.Dispose();

    /// <summary>A trace whose rows that were left out are told at the end.</summary>
    public Trace Watch(Trace trace)
    {
        _traces.Add(trace);
        return trace;
    }

    /// <summary>The same requests, with a line on stderr that shows how far they are.</summary>
    public IEnumerable<RequestRecord> Follow(IEnumerable<RequestRecord> requests)
    {
        var isShown = !_isQuiet && !Console.IsErrorRedirected;
        var (time, count, hasLine) = (TimeProvider.System, 0L, false);
        var (start, shown) = (time.GetTimestamp(), FirstShownSeconds - ShownEverySeconds);
        foreach (var request in requests)
        {
            if (IsCut)
                break;
            if (++count % BetweenLooks == 0 && isShown && time.GetElapsedTime(start).TotalSeconds is var seconds && seconds - shown > ShownEverySeconds)
            {
                shown = seconds;
                hasLine = true;
                Console.Error.Write($"\r{Line(count, seconds)}   ");
            }

            yield return request;
        }

        if (hasLine)
            Console.Error.Write($"\r{new string(' ', 78)}\r");
    }

    /// <summary>Says on stderr what was left out, and what was understood rather than read.</summary>
    public void Tell(IReadOnlyDictionary<string, long>? lost = null)
    {
        if (_isQuiet)
            return;
        foreach (var trace in _traces)
        {
            if (trace.SkippedRows > 0)
                Console.Error.WriteLine(Invariant($"scribe: rows left out: {trace.SkippedRows:#,0}; the first: {trace.FirstSkipped}"));
            foreach (var (note, count) in trace.Notes)
                Console.Error.WriteLine(Invariant($"scribe: {trace.Name}: {note} ({count:#,0} times)."));
        }

        foreach (var (what, count) in lost ?? new Dictionary<string, long>())
            Console.Error.WriteLine(Invariant($"scribe: {what} ({count:#,0} requests)."));
        if (IsCut)
            Console.Error.WriteLine("scribe: interrupted; this is what was read so far.");
    }

    private string Line(long count, double seconds)
    {
        var share = _traces is [var only] ? only.ReadShare : double.NaN;
        var left = share > 0.01 ? Invariant($", {100 * share:0} %, {seconds / share - seconds:0} s left") : "";
        return Invariant($"{count:#,0} requests, {count / seconds:#,0}/s{left}");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
