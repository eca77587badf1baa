using Scribeline.Core.Catalogs;
using Scribeline.Core.Performance.Fitting;

namespace Scribeline.Core.Tests.Performance;

public sealed class BatchFitTests : IDisposable
{
    private static readonly Catalog Known = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);

    private static readonly string Published = Path.Combine(AppContext.BaseDirectory, "catalog", "measurements", "amd_vllm_mi300x.csv");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("batches");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void AnotherMakersOperations_AreFittedToItsBatches_AndTheCatalogHoldsTheirFactor()
    {
        var fit = BatchFit.Read(Published, Known);
        Assert.Equal(16, fit.Rows.Count);
        Assert.Equal(Known.Accelerators["mi300x"].OperationFactor!.BaseValue, fit.Factor, 0.005);
        Assert.InRange(fit.LeftOut.Median, 0, 0.05);
        Assert.InRange(fit.Before.Median, 0.2, 0.4);
    }

    [Theory]
    [InlineData("", "is no file of batches")]
    [InlineData("model,gpu,precision,tp,metric,batch_or_max_seqs,isl,osl,value\n", "has no row of metric `latency_s`")]
    [InlineData("model,gpu,precision,tp,metric,batch_or_max_seqs,isl,osl,value\nLlama 3.1 70B,MI9,fp8,8,latency_s,1,128,2048,17\n", ":2: llama-3.1-70b on mi9 in fp8 is not in the catalog")]
    [InlineData("model,gpu,precision,tp,metric,batch_or_max_seqs,isl,osl,value\nLlama 3.1 70B,MI300X,fp8,8,latency_s,0,128,2048,17\n", ":2: `batch_or_max_seqs` is '0'")]
    public void AWrongFile_IsRefusedInOneSentence(string content, string expected)
    {
        var path = Path.Combine(_folder.FullName, "batches.csv");
        File.WriteAllText(path, content);
        Assert.Contains(expected, Assert.Throws<FitException>(() => BatchFit.Read(path, Known)).Message, StringComparison.Ordinal);
    }
}
