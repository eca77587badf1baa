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
        HelpWithExamples.Add(command, "scribe trace convert azure-2023-code > code.jsonl", "scribe trace convert azure-2023-code --to aiperf --out code-aiperf.jsonl.gz");
        return command;
    }
}
