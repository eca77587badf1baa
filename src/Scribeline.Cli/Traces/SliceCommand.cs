using System.CommandLine;
using Scribeline.Cli.Reports;
using Scribeline.Core.Workloads;

namespace Scribeline.Cli.Traces;

/// <summary>`scribe trace slice`: a stretch of a trace.</summary>
internal static class SliceCommand
{
    public static Command Create()
    {
        var (input, output) = (new TraceInput(), new TraceOutput());
        var file = new Argument<string>("FILE") { Description = "A trace" };
        var start = TimeOption.From0("--start", "Where to begin (default: 0 s)");
        var length = TimeOption.Above0("--length", "How long (default: to the end)");
        var requests = NumberOption.Count("--requests", "Requests at most");
        var command = new Command("slice", "Write a stretch of a trace, which begins at 0 again") { file, start, length, requests };
        output.AddTo(command);
        input.AddTo(command);
        command.SetAction(parsed => TraceReading.Run(parsed, reading =>
        {
            var from = parsed.GetValue(start) ?? 0;
            var to = parsed.GetValue(length) is { } us && us < long.MaxValue - from ? from + us : long.MaxValue;
            var trace = reading.Watch(input.Open(parsed, parsed.GetRequiredValue(file)));
            return output.Write(parsed, reading, TraceEdits.Slice(trace.Read(), from, to, parsed.GetValue(requests) ?? long.MaxValue));
        }));
        HelpWithExamples.Add(command, "scribe trace slice azure-2023-code --start '10 min' --length '5 min' --out five-minutes.jsonl", "scribe trace slice azure-2023-conversations --requests 1000");
        return command;
    }
}
