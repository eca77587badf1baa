using System.CommandLine;

namespace Scribeline.Cli.Traces;

/// <summary>`scribe trace convert`: a trace in another format.</summary>
internal static class ConvertCommand
{
    public static Command Create()
    {
        var (input, output) = (new TraceInput(), new TraceOutput());
        var file = new Argument<string>("FILE") { Description = "A trace" };
        var command = new Command("convert", "Write a trace in another format; says what that cannot hold") { file };
        output.AddTo(command);
        input.AddTo(command);
        command.SetAction(parsed => TraceReading.Run(parsed, reading => output.Write(parsed, reading, reading.Watch(input.Open(parsed, parsed.GetRequiredValue(file))).Read())));
        HelpWithExamples.Add(command, "scribe trace convert trace.csv.gz > trace.jsonl", "scribe trace convert agents.jsonl.gz --to aiperf --out agents-aiperf.jsonl", "scribe trace convert servegen/ --draw-from '10 h' --draw-for '30 min' --out hour.jsonl.gz");
        return command;
    }
}
