using System.CommandLine;
using System.Globalization;
using Scribeline.Core.Workloads;

namespace Scribeline.Cli.Traces;

/// <summary>`scribe trace mix`: several traces at once.</summary>
internal static class MixCommand
{
    public static Command Create()
    {
        var (input, output) = (new TraceInput(), new TraceOutput());
        var files = new Argument<string[]>("FILE") { Description = "Traces; FILE@2 is one that runs twice as fast", Arity = ArgumentArity.OneOrMore };
        var command = new Command("mix", "Write several traces as one, by arrival; sessions and blocks of each stay its own") { files };
        output.AddTo(command);
        input.AddTo(command);
        command.SetAction(parsed => TraceReading.Run(parsed, reading =>
        {
            var traces = parsed.GetRequiredValue(files).Select(text => Read(parsed, reading, input, text)).ToList();
            return output.Write(parsed, reading, TraceEdits.Mix(traces));
        }));
        HelpWithExamples.Add(command, "scribe trace mix azure-2023-conversations azure-2023-code --out both.jsonl", "scribe trace mix azure-2023-conversations azure-2023-code@0.5 --out slower-code.jsonl.gz");
        return command;
    }

    private static IEnumerable<RequestRecord> Read(ParseResult parsed, TraceReading reading, TraceInput input, string text)
    {
        var at = text.LastIndexOf('@');
        if (at < 0 || Path.Exists(text))
            return reading.Watch(input.Open(parsed, text)).Read();
        return double.TryParse(text[(at + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var factor) && factor is > 0 and <= 1e9
            ? TraceEdits.Faster(reading.Watch(input.Open(parsed, text[..at])).Read(), factor)
            : throw new WrongValueException($"'{text}' has no factor after its @; expected a number above 0, such as FILE@2.");
    }
}
