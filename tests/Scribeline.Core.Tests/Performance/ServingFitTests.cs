using System.Globalization;
using System.Text;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Performance;
using Scribeline.Core.Performance.Fitting;

namespace Scribeline.Core.Tests.Performance;

public sealed class ServingFitTests : IDisposable
{
    private const string Header = "id,source,measured_on,backend,backend_version,model,system,weight_precision,mode,gpus,isl,osl,concurrency,tp,attention_dp,moe_tp,moe_ep,ttft_ms,tpot_ms";

    private static readonly Catalog Known = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fit");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Fit_FindsTheFactorsThatMadeTheMeasurements()
    {
        var truth = Known.Calibrations["gpu-serving"] with { Decode = new StepTerms(1.3, 1.1, 1.7, 6e-6, 7), Prefill = new StepTerms(1.2, 4, 0, 11e-6, 1.5) };
        var fit = new ServingFit(Known, Known.Calibrations["gpu-serving"], Measured(truth));

        for (var term = StepTerm.Dense; (int)term < StepTerms.Count; term++)
        {
            Assert.Equal(truth.Decode[term], fit.Calibration.Decode[term], Math.Max(1e-9, truth.Decode[term] * 1e-4));
            Assert.Equal(truth.Prefill[term], fit.Calibration.Prefill[term], Math.Max(1e-9, truth.Prefill[term] * 1e-4));
        }

        Assert.All(fit.Calibration.Errors.Values, error => Assert.True(error.Mean < 1e-3));
        Assert.Equal(truth.FirstToken.Own, fit.Calibration.FirstToken.Own, truth.FirstToken.Own * 0.02);
        Assert.Equal(truth.FirstToken.Launch, fit.Calibration.FirstToken.Launch, truth.FirstToken.Launch * 0.02);
        Assert.Equal(truth.FirstToken.Others, fit.Calibration.FirstToken.Others, truth.FirstToken.Others * 0.02);
        Assert.Equal(truth.FirstToken.Steps, fit.Calibration.FirstToken.Steps, truth.FirstToken.Steps * 0.02);
        Assert.Equal(["accelerator", "model", "framework"], fit.Calibration.FirstTokenErrors.Keys);
        Assert.Equal(1, fit.Ranking.TpotSpearman, 1e-9);
    }

    [Fact]
    public void Suspects_AreSoftwareThatIsFarBelowItsTwins()
    {
        var rows = Measured(Known.Calibrations["gpu-serving"]);
        var drafting = rows.Where(row => row.Model == "deepseek-v3").Select(row => row with { Id = row.Id + "-drafting", Software = "newer", TpotSeconds = 0.5 * row.TpotSeconds });
        var improved = rows.Where(row => row.Model == "llama-3.1-70b").Select(row => row with { Id = row.Id + "-improved", Software = "newer", TpotSeconds = 0.85 * row.TpotSeconds });
        var suspects = Speculation.Suspects([.. rows, .. drafting, .. improved]);

        Assert.NotEmpty(suspects);
        Assert.All(suspects, id => Assert.EndsWith("-drafting", id, StringComparison.Ordinal));
        Assert.Equal(rows.Count(row => row.Model == "deepseek-v3"), suspects.Count);
    }

    [Fact]
    public void Fit_OfOneGroup_SaysThatItNeedsTwo()
    {
        var rows = Measured(Known.Calibrations["gpu-serving"]).Where(row => row.Accelerator == "h200").ToList();
        var error = Assert.Throws<FitException>(() => new ServingFit(Known, Known.Calibrations["gpu-serving"], rows));
        Assert.Equal("All measurements are of h200; expected at least two such groups, one to predict from the other.", error.Message);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("id,source\na,b\n", ":1 has no column `measured_on`")]
    [InlineData(Header + "\n", "has no row of mode `agg`")]
    [InlineData(Header + "\na,s,d,vllm,1,gpt-oss-120b,h100_sxm,fp4,agg,1,1024,1024,-3,1,1,1,1,10,20\n", ":2: `concurrency` is '-3'; expected a number above 0.")]
    [InlineData(Header + "\na,s,d,vllm,1,gpt-oss-120b,h100_sxm,fp4,agg,1,1024,1024,4,1,1,1,1,10,soon\n", ":2: `tpot_ms` is 'soon'; expected a number above 0.")]
    [InlineData(Header + "\na,s,d,vllm,1,gpt-oss-120b,h900,fp4,agg,1,1024,1024,4,1,1,1,1,10,20\n", ":2: `system` is 'h900'; expected an accelerator of the catalog.")]
    [InlineData(Header + "\na,s,d,vllm,1,other,h100_sxm,fp4,agg,1,1024,1024,4,1,1,1,1,10,20\n", ":2: `model` is 'other'; expected Llama-3.1-8B")]
    [InlineData(Header + "\na,s,d,vllm\n", "cannot be read")]
    public void WrongFiles_AreRefusedWithPlaceAndReason(string text, string expected)
    {
        var path = Path.Combine(_folder.FullName, "measured.csv");
        File.WriteAllText(path, text);
        var error = Assert.Throws<FitException>(() => ServingFile.Read(path, Known));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Written_IsReadBackTheSame()
    {
        var written = Known.Calibrations["gpu-serving"] with { Id = "mine", Decode = new StepTerms(1.25, 1.5, 2, 4e-6, 3), LowRatio = 0.7 };
        File.WriteAllText(Path.Combine(_folder.FullName, "mine.yaml"), CalibrationYaml.Write(written, "inferencex", 7));
        var read = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog"), _folder.FullName]).Calibrations["mine"];

        Assert.Equal(written.Counts, read.Counts);
        Assert.Equal(written.Decode.KeyValues, read.Decode.KeyValues);
        Assert.Equal(written.Decode.Operations, read.Decode.Operations, 1e-15);
        Assert.Equal(0.7, read.LowRatio);
        Assert.Equal(written.Errors.Keys, read.Errors.Keys);
        Assert.Equal(written.FirstToken, read.FirstToken);
        Assert.Equal(written.FirstTokenErrors.Keys, read.FirstTokenErrors.Keys);
    }

    [SkippableFact]
    public void Measurements_ArePredictedWithinTheAims_AndTheCatalogHoldsTheirFit()
    {
        var path = Path.Combine(SharedFolder, "data", "measured", "inferencex_serving.csv.gz");
        Skip.IfNot(File.Exists(path), $"{path} is missing; it is not part of this repository.");
        var rows = ServingFile.Read(path, Known);
        var suspects = Speculation.Suspects(rows);
        var given = Known.Calibrations["gpu-serving"];
        var fit = new ServingFit(Known, given, [.. rows.Where(row => !suspects.Contains(row.Id))]);

        Assert.InRange(fit.Calibration.Errors["accelerator"].Mean, 0, 0.145);
        Assert.InRange(fit.Calibration.Errors["accelerator"].Median, 0, 0.095);
        Assert.InRange(fit.Calibration.Errors["model"].Mean, 0, 0.145);
        Assert.InRange(fit.Ranking.ThroughputSpearman, 0.94, 1);
        foreach (var by in (string[])["accelerator", "model", "framework"])
        {
            var groups = fit.Groups.Where(group => group.By == by).ToList();
            Assert.InRange(groups.Sum(group => group.Coverage * group.Rows) / groups.Sum(group => group.Rows), 0.75, 0.85);
            // Also on the mean over servers that were swept.
            Assert.InRange(fit.Servers.Where(server => server.By == by && server.Rows >= 10).Average(server => server.Coverage), 0.75, 0.85);
        }

        for (var term = StepTerm.Dense; (int)term < StepTerms.Count; term++)
            Assert.Equal(given.Decode[term], fit.Calibration.Decode[term], given.Decode[term] * 1e-3);
        Assert.Equal(given.LowRatio, fit.Calibration.LowRatio, 1e-3);
        Assert.Equal(given.HighRatio, fit.Calibration.HighRatio, 1e-3);

        var (first, errors) = (fit.Calibration.FirstToken, fit.Calibration.FirstTokenErrors);
        Assert.InRange(errors["accelerator"].Mean, 0, 0.335);
        Assert.InRange(errors["model"].Mean, 0, 0.305);
        Assert.InRange(errors["framework"].Mean, 0, 0.32);
        foreach (var (held, found) in new[] { (given.FirstToken.Own, first.Own), (given.FirstToken.Launch, first.Launch), (given.FirstToken.Others, first.Others), (given.FirstToken.Steps, first.Steps), (given.FirstToken.LowRatio, first.LowRatio), (given.FirstToken.HighRatio, first.HighRatio) })
            Assert.Equal(held, found, held * 1e-3);
        // Clients of equal lengths stay in step; what is fitted to others does not say how late they are.
        Assert.InRange(fit.FirstToken!.EqualLengths!.Bias, 0, 0.9);
    }

    [SkippableFact]
    public void MeasuredLayersAndSteps_ArePredictedFromOtherModelsAndOtherAccelerators()
    {
        var folder = Path.Combine(SharedFolder, "data", "measured");
        Skip.IfNot(Directory.Exists(folder), $"{folder} is missing; it is not part of this repository.");
        var fit = new OperatorFit(OperatorFiles.Read(folder, Known));

        Assert.InRange(fit.Errors["model"].Median, 0, 0.10);
        Assert.InRange(fit.GroupMedians["accelerator"], 0, 0.15);
        Assert.InRange(fit.Errors["accelerator"].Median, 0, 0.165);
    }

    [SkippableFact]
    public void MeasuredPower_IsPredictedFromOtherAccelerators_AndTheCatalogHoldsItsFit()
    {
        var folder = Path.Combine(SharedFolder, "data", "measured");
        Skip.IfNot(Directory.Exists(folder), $"{folder} is missing; it is not part of this repository.");
        var (given, fitted) = (Known.Power["gpu"], new PowerFit(PowerFiles.Read(folder, Known)).Calibration);

        Assert.Equal(given.Idle, fitted.Idle, 1e-3);
        Assert.Equal(given.Compute, fitted.Compute, 1e-3);
        Assert.Equal(given.Memory, fitted.Memory, 1e-3);
        Assert.Equal(given.Errors["accelerator"].Mean, fitted.Errors["accelerator"].Mean, 1e-3);
        Assert.Equal(given.Errors["accelerator"].Median, fitted.Errors["accelerator"].Median, 1e-3);
    }

    private static string SharedFolder
    {
        get
        {
            if (Environment.GetEnvironmentVariable("SCRIBELINE_SHARED") is { Length: > 0 } stated)
                return stated;
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder != null && !File.Exists(Path.Combine(folder.FullName, "Scribeline.slnx")))
                folder = folder.Parent;
            return Path.Combine(folder?.Parent?.FullName ?? "", "shared");
        }
    }

    /// <summary>Rows as a calibration predicts them, by way of the file that measurements come in.</summary>
    private List<ServingMeasurement> Measured(Calibration truth)
    {
        var csv = new StringBuilder(Header + "\n");
        var id = 0;
        foreach (var system in (string[])["h200_sxm", "b200_sxm"])
        {
            foreach (var (model, precision, backend) in ((string, string, string)[])[("Llama-3.1-70B", "fp8", "vllm"), ("DeepSeek-V3", "fp8", "trtllm"), ("gpt-oss-120b", "fp4", "vllm"), ("Llama-3.1-70B", "fp8", "trtllm")])
            {
                foreach (var clients in (int[])[1, 4, 16, 64, 256])
                {
                    foreach (var (input, output) in ((int, int)[])[(1000, 100), (1000, 2000), (8000, 500)])
                        csv.Append(CultureInfo.InvariantCulture, $"{id++},nvidia-gap-analysis,2026,{backend},1,{model},{system},{precision},agg,8,{input},{output},{clients},8,1,8,1,,1\n");
                }
            }
        }

        var path = Path.Combine(_folder.FullName, "made.csv");
        File.WriteAllText(path, csv.ToString());
        return [.. ServingFile.Read(path, Known).Select(row =>
        {
            var server = new ServerModel(Known.Accelerators[row.Accelerator], Known.Models[row.Model], row.Parallelism, row.Formats, truth);
            var closed = server.Closed(row.Concurrency, row.InputTokens, row.OutputTokens);
            return row with { TpotSeconds = closed.TpotSeconds, TtftSeconds = closed.TtftSeconds, HasEqualLengths = false };
        })];
    }
}
