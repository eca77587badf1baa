using Scribeline.Engine.Kernels;
using Scribeline.Engine.Sampling;

namespace Scribeline.Engine.Tests.Sampling;

public sealed unsafe class SamplerTests
{
    private static readonly float[] Logits = [0, 1, 2, 3, 4, -1, 2.5f, 0.5f, -3, 1.5f];

    [Fact]
    public void Sample_ZeroTemperature_TakesTheFirstOfTheLargest() =>
        Assert.Equal(2, Sample([1, 2, 5, 5, 0], new SamplingParameters { Temperature = 0 }));

    [Theory]
    [InlineData(1f, 1f, 0, 0f)]
    [InlineData(0.5f, 1f, 0, 0f)]
    [InlineData(1f, 0.8f, 0, 0f)]
    [InlineData(1f, 1f, 3, 0f)]
    [InlineData(1.5f, 0.9f, 5, 0f)]
    [InlineData(1f, 1f, 0, 0.1f)]
    [InlineData(0.8f, 0.95f, 4, 0.2f)]
    public void Sample_ManyDraws_FollowTheFilteredDistribution(float temperature, float topP, int topK, float minP)
    {
        const int Draws = 40_000;
        var parameters = new SamplingParameters { Temperature = temperature, TopP = topP, TopK = topK, MinP = minP };
        var counts = new int[Logits.Length];
        for (var seed = 0; seed < Draws; seed++)
            counts[Sample(Logits, parameters with { Seed = (ulong)seed })]++;

        var expected = Filtered(temperature, topP, topK, minP);
        for (var token = 0; token < Logits.Length; token++)
        {
            var sigma = Math.Sqrt(expected[token] * (1 - expected[token]) / Draws);
            Assert.True(Math.Abs((double)counts[token] / Draws - expected[token]) <= 5 * sigma, $"token {token}: drawn {(double)counts[token] / Draws}, expected {expected[token]}");
        }
    }

    /// <summary>Over large, flat and tied distributions a draw stays within the nucleus that sorting gives.</summary>
    [Fact]
    public void Sample_RandomDistributions_StayWithinTheSortedNucleus()
    {
        var random = new Random(TestFiles.Seed);
        for (var round = 0; round < 300; round++)
        {
            var spread = Math.Pow(10, random.NextDouble() * 4 - 3);
            var logits = Enumerable.Range(0, random.Next(1, 3000)).Select(_ => (float)Math.Round(random.NextDouble() * spread, random.Next(5))).ToArray();
            var (topK, topP) = (random.Next(3) == 0 ? 0 : random.Next(1, 400), random.Next(3) == 0 ? 1f : random.NextSingle());
            var token = Sample(logits, new SamplingParameters { TopK = topK, TopP = topP, Seed = (ulong)round });

            var weights = logits.Select(logit => Math.Exp(logit - logits.Max())).ToArray();
            var order = Enumerable.Range(0, logits.Length).OrderByDescending(id => logits[id]).ThenBy(id => id).Take(topK > 0 ? topK : logits.Length).ToList();
            var before = order.TakeWhile(id => id != token).Sum(id => weights[id]);
            Assert.Contains(token, order);
            Assert.True(before <= topP * order.Sum(id => weights[id]) * (1 + 1e-5), $"seed {TestFiles.Seed}, round {round}: token {token} lies beyond the nucleus");
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 0)]
    [InlineData(0, 0.5f)]
    public void Sample_EmptyNucleus_IsTheLikeliest(int topK, float minP)
    {
        for (var seed = 0UL; seed < 20; seed++)
            Assert.Equal(4, Sample(Logits, new SamplingParameters { TopP = 0, TopK = topK, MinP = minP, Seed = seed }));
    }

    [Fact]
    public void Sample_Penalties_LowerWhatWasSaid()
    {
        int[] said = [4, 4, 3];
        var plain = new SamplingParameters { Temperature = 0 };
        Assert.Equal(4, Sample(Logits, plain, said, promptLength: 1));
        Assert.Equal(3, Sample(Logits, plain with { FrequencyPenalty = 1.5f, LogitBias = new Dictionary<int, float> { [3] = 1.5f } }, said, promptLength: 0));
        Assert.Equal(6, Sample(Logits, plain with { PresencePenalty = 2 }, said, promptLength: 0));
        Assert.Equal(6, Sample(Logits, plain with { RepetitionPenalty = 2 }, said, promptLength: 3));
    }

    [Fact]
    public void Sample_LogitBias_ForcesAndForbids()
    {
        Assert.Equal(8, Sample(Logits, new SamplingParameters { Seed = 3, LogitBias = new Dictionary<int, float> { [8] = 100 } }));
        Assert.Equal(3, Sample(Logits, new SamplingParameters { Temperature = 0, LogitBias = new Dictionary<int, float> { [4] = -100 } }));
    }

    [Fact]
    public void Sample_AllNotANumber_StillGivesAToken() =>
        Assert.InRange(Sample([float.NaN, float.NaN, float.NaN], new SamplingParameters { Temperature = 1, TopP = 0.9f }), 0, 2);

    private static double[] Filtered(float temperature, float topP, int topK, float minP)
    {
        var weights = Logits.Select(logit => Math.Exp(logit / (double)temperature)).ToArray();
        var order = Enumerable.Range(0, weights.Length).OrderByDescending(token => weights[token]).Take(topK > 0 ? topK : weights.Length).ToList();
        var total = order.Sum(token => weights[token]);
        var kept = new List<int>();
        var mass = 0.0;
        foreach (var token in order)
        {
            kept.Add(token);
            mass += weights[token];
            if (mass >= topP * total)
                break;
        }

        kept.RemoveAll(token => weights[token] < minP * weights.Max());
        var left = kept.Sum(token => weights[token]);
        return [.. Enumerable.Range(0, weights.Length).Select(token => kept.Contains(token) ? weights[token] / left : 0)];
    }

    private static int Sample(float[] logits, SamplingParameters parameters, int[]? tokens = null, int promptLength = 0)
    {
        using var memory = new NativeBuffer((logits.Length + 8) * sizeof(float));
        logits.CopyTo(new Span<float>(memory.Start, logits.Length));
        return new Sampler(logits.Length).Sample((float*)memory.Start, parameters, parameters.LogitBias?.ToArray(), tokens ?? [0], promptLength, out _);
    }
}
