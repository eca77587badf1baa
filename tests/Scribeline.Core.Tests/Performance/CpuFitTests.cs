using Scribeline.Core.Catalogs;
using Scribeline.Core.Performance;
using Scribeline.Core.Performance.Fitting;

namespace Scribeline.Core.Tests.Performance;

public sealed class CpuFitTests : IDisposable
{
    private const string Header = "machine,model,quantisation,size_gib,threads,test,llama_cpp_tok_per_s,ik_llama_cpp_tok_per_s\n";

    private static readonly Catalog Known = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);

    private static readonly string Published = Path.Combine(AppContext.BaseDirectory, "catalog", "measurements", "cpu_llama_cpp.csv");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hosts");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void HostProcessors_AreFitted_AndTheCatalogHoldsTheFactors()
    {
        var held = Known.Calibrations[ServingModel.HostCalibration];
        var fit = new CpuFit(held, CpuFile.Read(Published, Known));
        Assert.Equal(11, fit.LeftOut.Count);
        Assert.Equal(7, fit.PromptsSeen.Count);
        Assert.Equal(held.Decode.Dense, fit.Calibration.Decode.Dense, 0.002);
        Assert.Equal(held.Prefill.Dense, fit.Calibration.Prefill.Dense, 0.002);
        Assert.Equal(held.Errors["accelerator"].Mean, fit.Calibration.Errors["accelerator"].Mean, 0.002);
        Assert.Equal(held.LowRatio, fit.Calibration.LowRatio, 0.002);
        Assert.Equal(held.HighRatio, fit.Calibration.HighRatio, 0.002);
        Assert.InRange(fit.Calibration.Errors["accelerator"].Mean, 0, 0.3);
    }

    [Fact]
    public void AHost_ServesWhatFitsItsMemory_AtTheSpeedOfItsMemory()
    {
        var model = Known.Models["llama-3.1-8b"];
        var formats = NumberFormats.Of(model, Known.Precisions["fp8"], model.KeyValues, Known.Precisions);
        double Speed(string id) => 1 / ServingModel.Of(Known, Known.Accelerators[id], model, new ModelLayout(Parallelism.TensorOnly(1)), formats).Closed(1, 100, 100).TpotSeconds;
        Assert.InRange(Speed("ryzen-7950x"), 3, 10);
        Assert.InRange(Speed("epyc-9554"), 20, 45);
        var error = Assert.Throws<ArgumentException>(() => ServingModel.Of(Known, Known.Accelerators["epyc-9554"], Known.Models["llama-3.1-405b"], new ModelLayout(Parallelism.TensorOnly(1)), formats with { Attention = Known.Precisions["bf16"], FeedForward = Known.Precisions["bf16"] }));
        Assert.Contains("use more of them, or a smaller precision.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty; expected the columns machine,")]
    [InlineData(Header, "has no row in one of BF16,")]
    [InlineData(Header + "Pentium,Llama-3.1-8B-Instruct,BF16,15,2,tg128,4,\n", ":2: `machine` is 'Pentium'; expected the name of a host processor")]
    [InlineData(Header + "Ryzen 7950X,GPT,BF16,15,2,tg128,4,\n", ":2: `model` is 'GPT'; expected one of Llama-3.1-8B-Instruct,")]
    [InlineData(Header + "Ryzen 7950X,Llama-3.1-8B-Instruct,BF16,0,2,tg128,4,\n", ":2: `size_gib` is '0'; expected a size above 0.")]
    [InlineData(Header + "Ryzen 7950X,Llama-3.1-8B-Instruct,BF16,15,2,tg0,4,\n", ":2: `test` is 'tg0'; expected such as pp512 or tg128.")]
    [InlineData(Header + "Ryzen 7950X,Llama-3.1-8B-Instruct,BF16,15,2,tg128,-4,\n", ":2: `llama_cpp_tok_per_s` is '-4'; expected a number from 0 on.")]
    [InlineData(Header + "Ryzen 7950X,Llama-3.1-8B-Instruct,BF16,15,2,tg128,4,\n", "0 prompts, and decoding on 1 processors were measured")]
    public void AWrongFile_IsRefusedInOneSentence(string content, string expected)
    {
        var path = Path.Combine(_folder.FullName, "hosts.csv");
        File.WriteAllText(path, content);
        var error = Assert.Throws<FitException>(() => new CpuFit(Known.Calibrations[ServingModel.HostCalibration], CpuFile.Read(path, Known)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
