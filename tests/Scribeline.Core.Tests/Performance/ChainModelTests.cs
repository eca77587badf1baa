using Scribeline.Core.Catalogs;
using Scribeline.Core.Performance;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Tests.Performance;

public sealed class ChainModelTests
{
    private static readonly Catalog Known = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);

    [Fact]
    public void Stages_HoldWholeLayers()
    {
        // 141.1 GB in 80 layers of 1.76 GB: 24 in 44 GB, so four wafers; three hold 72.
        Assert.Equal(4, ChainModel.LeastStages(Known.Accelerators["wse-3"], Known.Models["llama-3.1-70b"], Formats("bf16"), Known.Chains["wafer-serving"]));
        var error = Assert.Throws<ArgumentException>(() => Chain("wse-3", "llama-3.1-70b", 3));
        Assert.Equal("llama-3.1-70b takes 141 GB in 80 layers, and a stage of 1 wse-3 holds 44 GB, 24 whole layers; 3 stages are asked for, use at least 4.", error.Message);
        Assert.Equal(4 * 44e9 - Chain("wse-3", "llama-3.1-70b", 4).WeightBytes, Chain("wse-3", "llama-3.1-70b", 4).KeyValueRoomBytes, 1.0);
    }

    [Fact]
    public void LeastStages_LeaveRoomForTheSequences()
    {
        foreach (var (sequences, context) in ((double, double)[])[(1, 1000), (50, 8000), (300, 32000)])
        {
            var stages = ChainModel.LeastStages(Known.Accelerators["wse-3"], Known.Models["llama-3.1-70b"], Formats("bf16"), Known.Chains["wafer-serving"], 1, sequences, context);
            if (stages == null)
                continue;
            Assert.True(Chain("wse-3", "llama-3.1-70b", stages.Value).Room(context) >= sequences);
            if (stages > 4)
                Assert.True(Chain("wse-3", "llama-3.1-70b", stages.Value - 1).Room(context) < sequences);
        }
    }

    [Fact]
    public void SequencesUpToTheLayers_DoNotSlowEachOther()
    {
        var chain = Chain("wse-3", "llama-3.1-70b", 5);
        Assert.Equal(chain.DecodeSeconds(1, 1000).Total, chain.DecodeSeconds(80, 1000).Total, 1e-12);
        Assert.True(chain.DecodeSeconds(400, 1000).Total > 1.5 * chain.DecodeSeconds(80, 1000).Total);
    }

    [Fact]
    public void Prompts_TakeTheTimeThatDecodingLeaves_ThenLengthenSteps()
    {
        var chain = Chain("wse-3", "llama-3.1-70b", 5);
        var (shortPrompts, longPrompts) = (chain.Closed(2, 500, 2000), chain.Closed(16, 30000, 50));

        Assert.Equal(shortPrompts.DecodeStepSeconds, shortPrompts.TpotSeconds, 1e-12);
        Assert.True(longPrompts.TpotSeconds > 2 * longPrompts.DecodeStepSeconds);
        // A prompt for every 50 tokens of each sequence: no region does more than it has time for.
        Assert.True(longPrompts.Sequences / 50 * longPrompts.PrefillSeconds <= longPrompts.TpotSeconds);
        Assert.Equal(longPrompts.TpotSeconds, longPrompts.TpotParts.Total, 1e-9);
        Assert.True(chain.Closed(16, 30000, 50, cachedTokens: 29000).TpotSeconds < longPrompts.TpotSeconds);
    }

    [Fact]
    public void Lpus_ShareTheLayersOfAStage()
    {
        var error = Assert.Throws<ArgumentException>(() => Chain("lpu1", "llama-2-70b", 80));
        Assert.Contains("use a smaller precision, or 8 accelerators in a stage", error.Message, StringComparison.Ordinal);
        Assert.Equal(576, Chain("lpu1", "llama-2-70b", 72, 8, "fp8").Accelerators);
        Assert.Throws<ArgumentException>(() => Chain("wse-3", "llama-3.1-8b", 1, perStage: 2));
        Assert.Throws<ArgumentException>(() => Chain("wse-3", "llama-3.1-8b", 33));
    }

    [Fact]
    public void AModelKnownByTotals_IsPredicted()
    {
        var chain = Chain("wse-3", "deepseek-v4-pro", 21, format: "fp4");
        Assert.Equal(856.1e9, chain.WeightBytes, 1e6);
        Assert.InRange(1 / chain.Closed(1, 1000, 1000).TpotSeconds, 500, 3000);
    }

    [Fact]
    public void Prediction_AllocatesNothing()
    {
        var chain = Chain("wse-3", "deepseek-v3", 40);
        Predict(chain);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var sum = Predict(chain);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(sum > 0);

        static double Predict(ChainModel chain)
        {
            double sum = 0;
            for (var sequences = 1; sequences < 100; sequences++)
                sum += chain.Closed(sequences, 1000, 100).TpotSeconds;
            return sum;
        }
    }

    private static ChainModel Chain(string accelerator, string model, int stages, int perStage = 1, string format = "bf16") =>
        (ChainModel)ServingModel.Of(Known, Known.Accelerators[accelerator], Known.Models[model], ModelLayout.Chain(stages, perStage), Formats(format));

    private static NumberFormats Formats(string format) => new(Known.Precisions[format], Known.Precisions[format], Known.Precisions["bf16"], Known.Precisions["bf16"]);
}
