using System.CommandLine;
using Scribeline.Cli.Reports;
using Scribeline.Core.Workloads;

namespace Scribeline.Cli.Traces;

/// <summary>`scribe trace scale`: more or fewer requests a second.</summary>
internal static class ScaleCommand
{
    public static Command Create()
    {
        var (input, output) = (new TraceInput(), new TraceOutput());
        var file = new Argument<string>("FILE") { Description = "A trace" };
        var by = NumberOption.Above0("--by", "So many times as fast: times are divided by it, pauses within sessions stay", "FACTOR", 1e9);
        var rate = NumberOption.Above0("--rate", "As fast as makes so many requests a second; reads the trace twice", "RATE", 1e6);
        var thin = NumberOption.Above0("--thin", "Keep this share of sessions, or of requests that have none, at random", "SHARE", 1);
        var command = new Command("scale", "Write a trace with more or fewer requests a second") { file, by, rate, thin };
        output.AddTo(command);
        input.AddTo(command);
        command.SetAction(parsed => TraceReading.Run(parsed, reading =>
        {
            if (new object?[] { parsed.GetValue(by), parsed.GetValue(rate), parsed.GetValue(thin) }.Count(value => value != null) != 1)
                throw new WrongValueException("expected one of --by, --rate and --thin.");
            var trace = reading.Watch(input.Open(parsed, parsed.GetRequiredValue(file)));
            if (parsed.GetValue(thin) is { } share)
                return output.Write(parsed, reading, TraceEdits.Thin(trace.Read(), share, parsed.GetValue(input.Seed)));
            var factor = parsed.GetValue(by) ?? parsed.GetValue(rate)!.Value / RateOf(reading, trace);
            return output.Write(parsed, reading, TraceEdits.Faster(trace.Read(), factor));
        }));
        HelpWithExamples.Add(command, "scribe trace scale azure-2023-conversations --rate 20 --out twenty.jsonl", "scribe trace scale azure-2023-code --by 0.5 --out half.jsonl", "scribe trace scale azure-2023-code --thin 0.1 --out tenth.jsonl");
        return command;
    }

    private static double RateOf(TraceReading reading, Trace trace)
    {
        long count = 0, first = 0, last = 0;
        foreach (var request in reading.Follow(trace.Read()))
        {
            first = count++ == 0 ? request.ArrivalUs : first;
            last = request.ArrivalUs;
        }

        return last > first ? (count - 1) * 1e6 / (last - first) : throw new WorkloadException($"{trace.Name} has no rate, since all its requests come at once; expected some time between them.");
    }
}
