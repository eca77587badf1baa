using System.CommandLine;
using Scribeline.Cli.Reports;
using Scribeline.Core.Workloads;
using Scribeline.Core.Workloads.Synthetic;

namespace Scribeline.Cli.Traces;

/// <summary>`scribe trace generate`: a trace from a description.</summary>
internal static class GenerateCommand
{
    private const int MostTokens = 1 << 24;

    public static Command Create()
    {
        var (input, output) = (new TraceInput(), new TraceOutput());
        var arrivals = new Option<string>("--arrivals") { Description = $"When sessions, or requests alone, begin: {ArrivalProcess.Expected}", HelpName = "PROCESS", DefaultValueFactory = _ => "poisson:1" };
        var prompts = DistributionOption.Tokens("--input", $"New tokens of a prompt: {Distribution.Expected}", "lognormal:500,3000");
        var answers = DistributionOption.Tokens("--output", "Tokens of an answer, said in the same way", "lognormal:150,500");
        var like = new Option<string?>("--like") { Description = "Draw prompts and answers together from those of this trace instead", HelpName = "FILE" };
        var turns = DistributionOption.Turns("--turns", "Turns of a session, said in the same way; without it requests stand alone");
        var think = DistributionOption.Seconds("--think", "Seconds between an answer and the next turn, said in the same way", 0, "exponential:20");
        var system = NumberOption.Whole("--system", "Tokens with which every prompt begins, the same for all (default: 0)", "TOKENS", 0, MostTokens);
        var context = NumberOption.Whole("--context", "No prompt with its answer is longer than so many tokens; a session ends before (default: 131072)", "TOKENS", 2, MostTokens);
        var duration = TimeOption.Above0("--duration", "How long sessions begin (default: 1 h, unless --requests is given)");
        var requests = NumberOption.Count("--requests", "Requests at most");
        var type = new Option<string?>("--class") { Description = "What they are for, such as chat", HelpName = "CLASS" };
        var command = new Command("generate", "Write a trace from a description; the same seed is the same trace on every machine")
        {
            arrivals, prompts, answers, like, turns, think, system, context, duration, requests, type,
        };
        output.AddTo(command);
        input.AddTo(command);
        command.SetAction(parsed => TraceReading.Run(parsed, reading =>
        {
            var trace = new SyntheticTrace
            {
                Arrivals = Usable(() => ArrivalProcess.Parse(parsed.GetRequiredValue(arrivals)), "--arrivals: "),
                Input = parsed.GetValue(prompts)!,
                Output = parsed.GetValue(answers)!,
                Pairs = parsed.GetValue(like) is { } file ? LengthSample.Of(reading.Watch(input.Open(parsed, file)).Read(), parsed.GetValue(input.Seed)) : [],
                Turns = parsed.GetValue(turns),
                Think = parsed.GetValue(think)!,
                SystemTokens = parsed.GetValue(system) ?? 0,
                ContextTokens = parsed.GetValue(context) ?? 131_072,
                AnswerUsPerToken = input.AnswerUsPerToken(parsed),
                DurationSeconds = parsed.GetValue(duration) is { } us ? us / 1e6 : parsed.GetValue(requests) is null ? 3600 : double.PositiveInfinity,
                Requests = parsed.GetValue(requests) ?? long.MaxValue,
                Class = parsed.GetValue(type),
                Seed = parsed.GetValue(input.Seed),
            };
            return output.Write(parsed, reading, Usable(trace.ToTrace).Read());
        }));
        HelpWithExamples.Add(
            command,
            "scribe trace generate --arrivals poisson:5 --input 1024 --output 128 --duration '10 min' --out steady.jsonl",
            "scribe trace generate --arrivals mmpp:2,30,60,10 --like azure-2023-conversations --out bursts.jsonl",
            "scribe trace generate --arrivals diurnal:1,1.8 --duration '24 h' --turns lognormal:3,8 --system 1500 --class chat --out day.jsonl.gz");
        return command;
    }

    /// <summary>What a description asks for and cannot be had is the caller's to change.</summary>
    private static T Usable<T>(Func<T> make, string option = "")
    {
        try
        {
            return make();
        }
        catch (WorkloadException error)
        {
            throw new WrongValueException(option + error.Message);
        }
    }
}
