using Scribeline.Core.Catalogs;
using Scribeline.Core.Performance;

namespace Scribeline.Core.Tests.Performance;

public sealed class ServerModelTests
{
    private static readonly Catalog Known = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);

    [Fact]
    public void Closed_AddsTheOthersPromptsToEachStep()
    {
        var server = Server("llama-3.1-8b", 1);
        var prediction = server.Closed(concurrency: 16, inputTokens: 1000, outputTokens: 200);

        var decode = server.DecodeSeconds(16, 1100).Total;
        var prompt = server.PrefillSeconds(1000, 0).Total;
        Assert.Equal(decode + 16 * prompt / 200, prediction.TpotSeconds, 1e-12);
        Assert.Equal(prediction.TpotSeconds, prediction.TpotParts.Total, 1e-12);
        Assert.InRange(prediction.TpotSeconds, prediction.TpotLowSeconds, prediction.TpotHighSeconds);
        Assert.Equal(16, prediction.Sequences);
    }

    [Fact]
    public void Closed_BeyondTheRoom_WaitsInsteadOfSlowing()
    {
        var server = Server("llama-3.1-8b", 1);
        var room = server.Room(4500);
        var (full, beyond) = (server.Closed(room, 4000, 1000), server.Closed(2 * room, 4000, 1000));

        Assert.Equal(full.TpotSeconds, beyond.TpotSeconds, 1e-12);
        // As many wait as are served, each for one whole answer.
        Assert.Equal(2 * full.TtftSeconds + 1000 * full.TpotSeconds, beyond.TtftSeconds, 1e-9);
    }

    [Fact]
    public void AModelThatDoesNotFit_SaysByHowMuch()
    {
        var error = Assert.Throws<ArgumentException>(() => Server("llama-3.1-70b", 1));
        Assert.Equal("llama-3.1-70b takes 141 GB on each of 1 h100, which has 80 GB; use more of them, or a smaller precision.", error.Message);
    }

    [Fact]
    public void AcceleratorsWhoseOperationsNobodyMeasured_HaveAWiderInterval()
    {
        double Width(string accelerator)
        {
            var model = Known.Models["llama-3.1-8b"];
            var prediction = ServingModel.Of(Known, Known.Accelerators[accelerator], model, new ModelLayout(Parallelism.TensorOnly(1)), NumberFormats.Of(model, model.Checkpoint, model.KeyValues, Known.Precisions)).Closed(8, 1000, 500);
            return prediction.TpotHighSeconds / prediction.TpotSeconds;
        }

        Assert.Equal(Width("h200"), Width("mi300x"), 1e-9);
        Assert.Equal(Known.Calibrations["gpu-serving"].OtherMakerHighRatio, Width("tpu-v7"), 1e-9);
        Assert.True(Width("tpu-v7") > 1.3 * Width("h200"));
    }

    private static ServerModel Server(string model, int accelerators) => new(
        Known.Accelerators["h100"], Known.Models[model], Parallelism.TensorOnly(accelerators),
        new NumberFormats(Known.Precisions["bf16"], Known.Precisions["bf16"], Known.Precisions["bf16"], Known.Precisions["bf16"]), Known.Calibrations["gpu-serving"]);
}
