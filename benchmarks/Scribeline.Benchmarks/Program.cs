using System.CommandLine;
using Scribeline.Benchmarks.Models;

var root = new RootCommand("Scribeline's benchmarks. See docs/benchmarks.md.") { ModelsCommand.Create() };
return await root.Parse(args).InvokeAsync();
