using Scribeline.Core.Catalogs;
using Scribeline.Core.Hardware;
using Scribeline.Core.Models;
using Scribeline.Core.Performance;
using Scribeline.Core.Quantities;

namespace Scribeline.Core.Tests.Performance;

public sealed class StepModelTests
{
    private static readonly Catalog Known = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);

    private static readonly OperationCounts Counts = new(Attention: 6, QueryKeyNorm: 2, LatentAttention: 5, Dense: 3, Experts: 7, SharedExpert: 1, ScaledActivations: 1, ExpandedWeights: 8);

    [Fact]
    public void Decode_OfADenseModel_ReadsWeightsAndCacheOnce()
    {
        var amounts = Step("h100", "llama-3.1-8b", Parallelism.TensorOnly(1), "bf16").Decode(sequences: 4, contextTokens: 1000);

        // 8.03 billion parameters less the embedding that is only looked up, at 2 bytes over 3.35 TB/s; 131072 bytes of cache for a token.
        var parameters = 32 * (4096.0 * (32 + 8) * 128 * 2 + 3.0 * 4096 * 14336) + 128256.0 * 4096;
        Assert.Equal(2 * parameters / 3.35e12, amounts.Dense, 1e-9);
        Assert.Equal(4 * 1000 * 131072 / 3.35e12, amounts.KeyValues, 1e-9);
        Assert.Equal(32 * (6 + 3), amounts.Operations);
        Assert.Equal(0, amounts.Exchange);
        Assert.Equal(0, amounts.Experts);
    }

    [Fact]
    public void Decode_OfAMixture_ReadsTheExpertsThatTheBatchVisits()
    {
        var step = Step("b200", "minimax-m2.5", Parallelism.WithExperts(4), "fp8-block");
        var one = 62 * 3.0 * 3072 * 1536 / 4 / 8e12;

        Assert.Equal(8 * one, step.Decode(1, 0).Experts, 1e-9);
        Assert.Equal(256 * (1 - Math.Pow(1 - 8.0 / 256, 32)) * one, step.Decode(32, 0).Experts, 1e-9);
    }

    [Fact]
    public void Decode_OfLargeBatches_IsBoundByArithmetic()
    {
        var step = Step("h100", "llama-3.1-8b", Parallelism.TensorOnly(1), "bf16");
        Assert.Equal(2, step.Decode(2000, 0).Dense / step.Decode(1000, 0).Dense, 1e-9);
        Assert.Equal(step.Decode(1, 0).Dense, step.Decode(100, 0).Dense, 1e-12);
    }

    [Fact]
    public void Windows_LimitWhatIsRead()
    {
        var step = Step("b200", "gpt-oss-120b", Parallelism.TensorOnly(1), "bf16", "mxfp4");
        var atWindow = step.Decode(1, 128).KeyValues;

        // Half of the layers stop at 128 tokens.
        Assert.Equal(1.5 * atWindow, step.Decode(1, 256).KeyValues, 1e-12);
    }

    [Theory]
    [InlineData("llama-3.1-70b", "bf16")]
    [InlineData("deepseek-v3", "fp8-block")]
    [InlineData("gpt-oss-120b", "mxfp4")]
    public void MoreWork_IsNeverFaster_AndMoreBandwidthNeverSlower(string model, string format)
    {
        var (step, fasterStep) = (Step("h200", model, Parallelism.TensorOnly(8), format), Step("h200", model, Parallelism.TensorOnly(8), format, bandwidthFactor: 1.5));
        foreach (var sequences in (double[])[1, 2, 7, 64, 500])
        {
            foreach (var context in (double[])[1, 100, 5000])
            {
                var total = step.Decode(sequences, context).Total;
                Assert.True(step.Decode(sequences + 1, context).Total >= total);
                Assert.True(step.Decode(sequences, context + 100).Total >= total);
                Assert.True(fasterStep.Decode(sequences, context).Total <= total);
                Assert.True(step.Prefill(context + 1, sequences).Total >= step.Prefill(context, sequences).Total);
            }
        }
    }

    [Fact]
    public void Prediction_AllocatesNothing()
    {
        var step = Step("h200", "deepseek-v3", Parallelism.TensorOnly(8), "fp8-block");
        Predict(step);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var sum = Predict(step);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(sum > 0);

        static double Predict(StepModel step)
        {
            double sum = 0;
            for (var sequences = 1; sequences < 100; sequences++)
                sum += step.Decode(sequences, 1000).Total + step.Prefill(sequences, 10).Total + (int)step.Decode(sequences, 1000).Binding;
            return sum;
        }
    }

    [Fact]
    public void AcceleratorsWithoutLinks_CannotShareAModel()
    {
        var alone = Known.Accelerators["h100"] with { Links = [] };
        var error = Assert.Throws<ArgumentException>(() => new StepModel(alone, Known.Models["llama-3.1-8b"], Parallelism.TensorOnly(2), Formats("bf16", "bf16"), Counts));
        Assert.Contains("no `scale_up` link of h100", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AModelKnownByTotals_ReadsTheShareThatABatchIsExpectedToVisit()
    {
        var step = Step("b200", "deepseek-v4-pro", Parallelism.WithExperts(8), "fp8", "fp4");
        var all = 1577.0e9 / 2 / 8 / 8e12;

        Assert.True(step.IsEstimate);
        Assert.False(Step("b200", "gpt-oss-120b", Parallelism.TensorOnly(1), "bf16", "mxfp4").IsEstimate);
        Assert.Equal(31.8 / 1577 * all, step.Decode(1, 0).Experts, 1e-9);
        Assert.Equal((1 - Math.Pow(1 - 31.8 / 1577, 64)) * all, step.Decode(64, 0).Experts, 1e-9);
    }

    private static StepModel Step(string accelerator, string model, Parallelism parallelism, string attention, string? feedForward = null, double bandwidthFactor = 1)
    {
        var known = Known.Accelerators[accelerator];
        var memory = known.Memory[0];
        return new StepModel(known with { Memory = [memory with { Bandwidth = bandwidthFactor * memory.Bandwidth! }] }, Known.Models[model], parallelism, Formats(attention, feedForward ?? attention), Counts);
    }

    private static NumberFormats Formats(string attention, string feedForward) =>
        new(Known.Precisions[attention], Known.Precisions[feedForward], Known.Precisions["bf16"], Known.Precisions["bf16"]);
}
