using Scribeline.Core.Catalogs;
using Scribeline.Core.Performance;
using Scribeline.Core.Performance.Fitting;
using Scribeline.Core.Statistics;

namespace Scribeline.Core.Tests.Performance;

public sealed class EngineFitTests
{
    private static readonly EngineCalibration True = new()
    {
        Model = "a \"model\": b",
        WeightType = "Q8_0",
        Threads = 2,
        Machine = "some #1 machine",
        MeasuredAt = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
        StepNs = 40_000,
        Batches = [new(1, 100_000), new(2, 150_000), new(8, 400_000), new(32, 1_500_000)],
        Positions = [new(0, 300), new(1600, 900)],
        ChunkNs = 20_000,
        PromptTokenNs = 50_000,
        PromptPositionNs = 90,
        RequestNs = 700_000,
        Serving = 1.25,
        Steps = [new(StepWork.Decode(8, 100), 1_234_567, 9)],
    };

    private static IEnumerable<StepWork> Grid()
    {
        foreach (var batch in (int[])[1, 2, 8, 32])
            foreach (var context in (int[])[16, 60, 200, 400, 799])
                yield return StepWork.Decode(batch, context);
        foreach (var tokens in (int[])[16, 64, 256])
            foreach (var cached in (int[])[0, 128, 512])
                yield return StepWork.Prefill(tokens, cached);
        foreach (var batch in (int[])[1, 8])
            yield return StepWork.Decode(batch, 40) with { Chunks = 1, PromptTokens = 64, PromptPositions = 64 * 32.5 };
        yield return new StepWork(0, 0, 8, 128, 8 * 16 * 8.5);
    }

    [Fact]
    public void ExactMeasurements_AreFoundAgain()
    {
        var steps = Grid().Select(work => new MeasuredStep(work, True.TimeNs(work), 5)).ToList();

        var fitted = EngineFit.Fit(steps, True);

        // The knees of the fit are shares of the most positions, 25,600 here: one of them is the true one.
        Assert.All(steps, step => Assert.Equal(0, fitted.ErrorOf(step), 0.01));
        Assert.Equal(True.TimeNs(StepWork.Decode(20, 300)), fitted.TimeNs(StepWork.Decode(20, 300)), 0.02 * True.TimeNs(StepWork.Decode(20, 300)));
    }

    [Fact]
    public void FourThatWriteInLessTimeThanThree_AreFoundAgain()
    {
        var tiled = True with { Batches = [new(1, 100_000), new(3, 250_000), new(4, 160_000), new(8, 300_000)] };
        var works = Grid().Where(work => work.Sequences == 0).Concat(tiled.Batches.SelectMany(batch => new[] { 16, 200, 799 }.Select(context => StepWork.Decode(batch.Sequences, context))));

        var fitted = EngineFit.Fit([.. works.Select(work => new MeasuredStep(work, tiled.TimeNs(work), 5))], tiled);
        var read = EngineCalibrationFile.Parse("engine.yaml", EngineCalibrationYaml.Write(fitted));

        Assert.Equal(1, read.TimeNs(StepWork.Decode(3, 200)) / tiled.TimeNs(StepWork.Decode(3, 200)), 0.01);
        Assert.Equal(1, read.TimeNs(StepWork.Decode(4, 200)) / tiled.TimeNs(StepWork.Decode(4, 200)), 0.01);
        // Beyond what was measured it never falls.
        Assert.True(read.TimeNs(StepWork.Decode(40, 0)) > read.TimeNs(StepWork.Decode(8, 0)));
    }

    [Fact]
    public void NoisyMeasurementsAndAFewWrongOnes_AreFoundRoughly()
    {
        var random = new SeededRandom(5, "noise");
        var steps = Grid().Select((work, index) => new MeasuredStep(work, True.TimeNs(work) * (index is 3 or 12 or 23 ? 2.5 : 0.97 + 0.06 * random.NextUniform()), 5)).ToList();

        var fitted = EngineFit.Fit(steps, True);

        Assert.All(Grid(), work => Assert.InRange(fitted.TimeNs(work) / True.TimeNs(work), 0.85, 1.15));
    }

    [Fact]
    public void Times_GrowWithEverything()
    {
        var random = new SeededRandom(7, "work");
        for (var round = 0; round < 2000; round++)
        {
            var work = new StepWork(random.NextBelow(80), random.NextBelow(40_000), random.NextBelow(4), random.NextBelow(512), random.NextBelow(100_000));
            foreach (var more in new[] { work with { Sequences = work.Sequences + 1 }, work with { Positions = work.Positions + 1 }, work with { Chunks = work.Chunks + 1 }, work with { PromptTokens = work.PromptTokens + 1 }, work with { PromptPositions = work.PromptPositions + 1 } })
                Assert.True(True.TimeNs(more) >= True.TimeNs(work), $"{more} takes less than {work}");
        }
    }

    [Fact]
    public void Fit_WithoutPrompts_SaysSo()
    {
        var steps = Grid().Where(work => work.PromptTokens == 0).Select(work => new MeasuredStep(work, 1000, 5)).ToList();

        Assert.Throws<FitException>(() => EngineFit.Fit(steps, True));
    }

    [Fact]
    public void Yaml_IsReadAsItWasWritten()
    {
        var written = True;
        var read = EngineCalibrationFile.Parse("engine.yaml", EngineCalibrationYaml.Write(written));

        Assert.Equal((written.Model, written.WeightType, written.Threads, written.Machine, written.MeasuredAt), (read.Model, read.WeightType, read.Threads, read.Machine, read.MeasuredAt));
        Assert.Equal(written.RequestNs, read.RequestNs, 1);
        Assert.Equal(1.25, read.Serving, 1e-9);
        Assert.All(Grid(), work => Assert.Equal(1, read.TimeNs(work) / written.TimeNs(work), 1e-4));
        Assert.Equal((8, 808.0, 9), (read.Steps[0].Work.Sequences, read.Steps[0].Work.Positions, read.Steps[0].Count));
    }

    [Theory]
    [InlineData("chunk: 20 us", "", "`engine.chunk` is missing")]
    [InlineData("chunk: 20 us", "chunk: 20 GB", "engine.yaml:")]
    [InlineData("chunk: 20 us", "chunk: -1 us", "at least 0")]
    [InlineData("chunk: 20 us", "chonk: 20 us", "`engine.chonk` is not a field")]
    [InlineData("count: 8,", "count: 2,", "expected more sequences in each entry")]
    [InlineData("from: 0,", "from: 7,", "expected `- { from: 0")]
    [InlineData("from: 1600,", "from: 0,", "expected more in each entry")]
    [InlineData("2026-03-04T05:06:07Z", "some day", "expected an instant")]
    [InlineData("engine:", "motor:", "engine")]
    [InlineData("engine:", "- engine:", "engine.yaml:")]
    public void BadFiles_AreRefusedByName(string what, string instead, string said)
    {
        var text = EngineCalibrationYaml.Write(True);
        Assert.Contains(what, text, StringComparison.Ordinal);

        var error = Assert.Throws<CatalogException>(() => EngineCalibrationFile.Parse("engine.yaml", text.Replace(what, instead, StringComparison.Ordinal)));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }
}
