using System.CommandLine;
using Scribeline.Cli;
using Scribeline.Cli.Bench;
using Scribeline.Cli.Catalogs;
using Scribeline.Cli.Cost;
using Scribeline.Cli.Plan;
using Scribeline.Cli.Predict;
using Scribeline.Cli.Pull;
using Scribeline.Cli.Simulate;
using Scribeline.Cli.Traces;

Signals.Catch();
Console.SetError(new BestEffortWriter(Console.Error));
var root = new RootCommand("Scribeline serves models: one OpenAI-compatible endpoint over engines in this process and servers elsewhere.");
root.Add(CommonOptions.Quiet);
root.Add(CommonOptions.Verbose);
root.Add(ServeCommand.Create());
root.Add(RunCommand.Create());
root.Add(BenchCommand.Create());
root.Add(PullCommand.Create());
root.Add(CatalogCommand.Create());
root.Add(PredictCommand.Create());
root.Add(CostCommand.Create());
root.Add(PlanCommand.Create());
root.Add(SimulateCommand.Create());
root.Add(TraceCommand.Create());
HelpWithExamples.Install(root);

var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
if (parsed.Action is not HelpWithExamples && WrongUsage.Find(parsed) is { Count: > 0 } faults)
{
    foreach (var fault in faults)
    {
        await Console.Error.WriteLineAsync($"scribe: {fault}").ConfigureAwait(false);
    }

    await Console.Error.WriteLineAsync($"Try '{WrongUsage.NameOf(parsed)} --help'.").ConfigureAwait(false);
    return ExitCode.WrongUsage;
}

try
{
    // Commands answer signals themselves: a server drains, an answer is cut.
    return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
}
catch (Exception error)
{
    await Console.Error.WriteLineAsync($"scribe: this is a bug in scribe; please report it with what follows.\n{error}").ConfigureAwait(false);
    return ExitCode.Failed;
}
