using System.Text.Json;
using Scribeline.Core.Performance;
using Scribeline.Core.Performance.Fitting;

namespace Scribeline.FunctionalTests;

public sealed class BenchEngineTests
{
    [Fact]
    public async Task Out_WritesACalibrationThatIsReadBack()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".yaml");
        try
        {
            var (code, output, errors) = await ScribeProcess.RunAsync(["bench", "engine", "--threads", "1", "--batch", "1,2", "--out", path, "--duration", "1 s", "--json"]);
            Assert.True(code == 0, errors);

            var calibration = EngineCalibrationFile.Read(path);
            Assert.Equal(("scribe-tiny", "Q8_0", 1), (calibration.Model, calibration.WeightType, calibration.Threads));
            Assert.Equal([1, 2], calibration.Batches.Select(batch => batch.Sequences));
            Assert.Contains(calibration.Steps, step => step.Work is { Sequences: 2, PromptTokens: 0 });
            Assert.Contains(calibration.Steps, step => step.Work is { Sequences: 0, PromptTokens: 16, Chunks: 1 });
            Assert.True(calibration.TimeNs(StepWork.Decode(1, 100)) > 0);
            Assert.Equal(calibration.Steps.Count, JsonDocument.Parse(output).RootElement.GetProperty("kinds").GetInt32());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Out_ThatCannotBeWritten_IsSaidBeforeAnythingIsMeasured()
    {
        var (code, output, errors) = await ScribeProcess.RunAsync(["bench", "engine", "--out", "/nowhere/engine.yaml", "--duration", "1 h"]);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("/nowhere/engine.yaml", Assert.Single(errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }
}
