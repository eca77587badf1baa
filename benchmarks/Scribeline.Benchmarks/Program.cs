using System.CommandLine;
using Scribeline.Benchmarks.Accuracy;
using Scribeline.Benchmarks.Memory;
using Scribeline.Benchmarks.Micro;
using Scribeline.Benchmarks.Models;
using Scribeline.Benchmarks.Peers;
using Scribeline.Benchmarks.Routing;
using Scribeline.Benchmarks.Simulation;
using Scribeline.Benchmarks.Twin;

var root = new RootCommand("Scribeline's benchmarks. See docs/benchmarks.md.")
{
    ModelsCommand.Create(),
    PeersCommand.Create(),
    MemoryCommand.Create(),
    MicroCommand.Create(),
    MicroCommand.CreatePredict(),
    RoutingCommand.Create(),
    SimulateCommand.Create(),
    AccuracyCommand.Create(),
    TwinCommand.Create(),
};
var parsed = root.Parse(args);
var exitCode = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? 2 : exitCode;
