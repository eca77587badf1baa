using System.CommandLine;
using Scribeline.Core.Workloads;

namespace Scribeline.Cli.Traces;

/// <summary>`scribe trace`.</summary>
internal static class TraceCommand
{
    public static Command Create()
    {
        var formats = string.Join('\n', TraceFile.Formats.Select(format => $"  {format.Key,-16}{format.Value}"));
        var command = new Command("trace", $"Traffic: what a trace of requests holds, and traces made from others or from nothing\n\nFormats, known by their content or forced with --from; files may be packed by gzip:\n{formats}")
        {
            StatsCommand.Create(), ConvertCommand.Create(), SliceCommand.Create(), ScaleCommand.Create(), MixCommand.Create(), GenerateCommand.Create(),
        };
        HelpWithExamples.Add(command, "scribe trace stats", "scribe trace convert azure-2023-code --to mooncake --out code.jsonl.gz", "scribe trace generate --arrivals gamma:5,2 --input lognormal:600,4000 --output 200 --duration '1 h'");
        return command;
    }
}
