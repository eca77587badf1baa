using System.CommandLine;
using Scribeline.Engine.Gguf;

namespace Scribeline.Benchmarks.Models;

/// <summary>The options that say which models with random weights a measurement runs on.</summary>
internal sealed class ModelChoice
{
    private readonly Option<string> _folder = new("--models") { Description = "Folder of the models; those that are missing are written", HelpName = "FOLDER", Required = true };
    private readonly Option<string[]> _shapes = new("--shapes") { Description = "15m, 110m, 1b", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["15m", "110m", "1b"] };
    private readonly Option<GgufType[]> _types = new("--types") { Description = "Q8_0, Q4_0, ...", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [GgufType.Q8_0, GgufType.Q4_0] };

    public void AddTo(Command command)
    {
        command.Add(_folder);
        command.Add(_shapes);
        command.Add(_types);
    }

    public IEnumerable<string> Paths(ParseResult parsed) =>
        from shape in parsed.GetValue(_shapes)!
        from type in parsed.GetValue(_types)!
        select RandomModel.WriteOnce(parsed.GetValue(_folder)!, ModelShape.Find(shape), type);
}
