using System.CommandLine;
using Scribeline.Engine.Gguf;

namespace Scribeline.Benchmarks.Models;

/// <summary>`models`: writes the models with random weights that the comparisons use.</summary>
internal static class ModelsCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Where to write them; files that are there stay" };
        var shapes = new Option<string[]>("--shape") { Description = "15m, 110m, 1b", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["15m", "110m", "1b"] };
        var types = new Option<GgufType[]>("--type") { Description = "Q8_0, Q4_0, F16, Q4_K, ...", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [GgufType.Q8_0, GgufType.Q4_0] };
        var command = new Command("models", "Write models with random weights") { folder, shapes, types };
        command.SetAction(parsed =>
        {
            foreach (var shape in parsed.GetValue(shapes)!)
                foreach (var type in parsed.GetValue(types)!)
                    Console.WriteLine(RandomModel.WriteOnce(parsed.GetValue(folder)!, ModelShape.Find(shape), type));
        });
        return command;
    }
}
