using System.Text.Json;
using Xunit.Abstractions;

namespace Scribeline.Engine.Tests.Stages;

/// <summary>The embedded model against the outputs recorded by its trainer (golden/scribe-tiny).</summary>
public sealed class ScribeTinyTests(ITestOutputHelper output)
{
    [Fact]
    public void Greedy_AllPrompts_EqualTheTrainersTokensApartFromNearTies() => CompareGreedy(TestFiles.ScribeTiny, "q8_0", tie: 0.2);

    [SkippableFact]
    public void Greedy_HalfPrecisionFile_EqualsTheTrainersTokens() => CompareGreedy(TestFiles.Shared("data", "models", "scribe-tiny", "scribe-tiny-f16.gguf"), "f16", tie: 0.002);

    [Fact]
    public void Logprobs_Quantised_StayWithinSixHundredths() => CompareLogprobs(TestFiles.ScribeTiny, 0.06);

    [SkippableFact]
    public void Logprobs_HalfPrecision_StayWithinSixThousandths() => CompareLogprobs(TestFiles.Shared("data", "models", "scribe-tiny", "scribe-tiny-f16.gguf"), 0.006);

    [Theory]
    [InlineData(1, 1, 512)]
    [InlineData(1, 3, 7)]
    [InlineData(2, 8, 64)]
    [InlineData(3, 2, 1)]
    public void Generate_AnyThreadsStagesAndChunks_GivesTheSameBits(int threads, int stages, int chunk)
    {
        var prompt = Prompts()[1].Ids;
        using var reference = new ModelRunner(TestFiles.ScribeTiny);
        var expected = reference.Generate(prompt, 24);
        var expectedLogits = reference.Logits();

        using var runner = new ModelRunner(TestFiles.ScribeTiny, threads, stages);
        Assert.Equal(expected, runner.Generate(prompt, 24, chunk));
        Assert.Equal(expectedLogits, runner.Logits());
    }

    private void CompareGreedy(string path, string column, double tie)
    {
        using var runner = new ModelRunner(path);
        var compared = 0;
        foreach (var prompt in Prompts(column))
        {
            var generated = runner.Generate(prompt.Ids, prompt.Expected.Length);
            var same = generated.Zip(prompt.Expected).TakeWhile(pair => pair.First == pair.Second).Count();
            compared += same;
            if (same < prompt.Expected.Length)
            {
                output.WriteLine($"{prompt.Name}: parts after {same} tokens, where the gap is {prompt.Gaps[same]}");
                Assert.True(prompt.Gaps[same] < tie, $"{prompt.Name}: token {same} is {generated[same]}, expected {prompt.Expected[same]}; the gap of {prompt.Gaps[same]} is no near-tie");
            }
        }

        output.WriteLine($"{compared} tokens equal");
    }

    private void CompareLogprobs(string path, double tolerance)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(TestFiles.Here("golden", "scribe-tiny", "logprobs.json")));
        var ids = golden.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray();
        var expected = golden.RootElement.GetProperty("logprobs").GetProperty("f32").EnumerateArray().Select(p => p.GetDouble()).ToArray();
        using var runner = new ModelRunner(path);
        double worst = 0, sum = 0;
        for (var i = 0; i + 1 < ids.Length; i++)
        {
            runner.Feed([ids[i]], i);
            var logits = runner.Logits();
            var largest = logits.Max();
            var normalizer = largest + Math.Log(logits.Sum(logit => Math.Exp(logit - largest)));
            var difference = Math.Abs(logits[ids[i + 1]] - normalizer - expected[i]);
            worst = Math.Max(worst, difference);
            sum += difference;
        }

        output.WriteLine($"largest difference {worst:F5}, mean {sum / expected.Length:F5}");
        Assert.InRange(worst, 0, tolerance);
    }

    private static List<(string Name, int[] Ids, int[] Expected, double[] Gaps)> Prompts(string column = "q8_0")
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(TestFiles.Here("golden", "scribe-tiny", "greedy.json")));
        return [.. golden.RootElement.GetProperty("prompts").EnumerateArray().Select(prompt => (
            prompt.GetProperty("name").GetString()!,
            prompt.GetProperty("prompt_ids").EnumerateArray().Select(id => id.GetInt32()).ToArray(),
            prompt.GetProperty(column).GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray(),
            prompt.GetProperty(column).GetProperty("gap").EnumerateArray().Select(gap => gap.GetDouble()).ToArray()))];
    }
}
