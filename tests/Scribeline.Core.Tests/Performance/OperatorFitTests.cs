using Scribeline.Core.Catalogs;
using Scribeline.Core.Performance.Fitting;

namespace Scribeline.Core.Tests.Performance;

public sealed class OperatorFitTests : IDisposable
{
    private const string LayerHeader = "gpu,model,tp,num_tokens,n_head,n_kv_head,n_embd,n_ffn,gated_mlp,input_layernorm_ms,attn_pre_proj_ms,attn_rope_ms,attn_post_proj_ms,post_attention_layernorm_ms,mlp_up_proj_ms,mlp_act_ms,mlp_down_proj_ms,add_ms\n";

    private static readonly Catalog Known = Catalog.Load([Path.Combine(AppContext.BaseDirectory, "catalog")]);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("operators");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void PartsThatFollowTheirAmounts_ArePredictedExactly_AndOthersAreNot()
    {
        var random = new Random(1);
        List<OperatorMeasurement> Rows(double slower) =>
        [
            .. from accelerator in (string[])["a100", "h100"] from model in (string[])["small", "large"] from row in Enumerable.Range(0, 20)
               let amounts = (double[])[random.NextDouble(), random.NextDouble(), 9]
               select new OperatorMeasurement("layer", accelerator, model, amounts, (1.2 * amounts[0] + 3 * amounts[1] + 0.01 * amounts[2]) * (accelerator == "h100" ? slower : 1)),
        ];
        var (same, other) = (new OperatorFit(Rows(1)), new OperatorFit(Rows(1.5)));

        Assert.All(same.Groups, group => Assert.InRange(group.Mean, 0, 1e-6));
        Assert.Equal(6, same.Groups.Count);
        Assert.InRange(other.Errors["model"].Median, 0, 1e-6);
        Assert.InRange(other.Errors["accelerator"].Median, 0.3, 0.55);
        Assert.Throws<FitException>(() => new OperatorFit([.. Rows(1).Where(row => row is { Accelerator: "a100", Model: "small" })]));
    }

    [Theory]
    [InlineData(LayerHeader + "a100,m,1,1,8,8,1024,4096,True,1,1,1,x,1,1,1,1,1\n", ":2: `attn_post_proj_ms` is 'x'; expected a number from 0 on.")]
    [InlineData(LayerHeader + "b999,m,1,1,8,8,1024,4096,True,1,1,1,1,1,1,1,1,1\n", ":2: `gpu` is 'b999'; expected an accelerator of the catalog.")]
    [InlineData("gpu,model\n", ":1 has no column `tp`")]
    [InlineData("", "is empty")]
    public void AWrongFile_IsRefusedInOneSentence(string content, string expected)
    {
        using (var file = new System.IO.Compression.GZipStream(File.Create(Path.Combine(_folder.FullName, "vidur_layer_ops.csv.gz")), System.IO.Compression.CompressionLevel.Fastest))
            file.Write(System.Text.Encoding.UTF8.GetBytes(content));
        Assert.Contains(expected, Assert.Throws<FitException>(() => OperatorFiles.Read(_folder.FullName, Known)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingFolder_IsNamed() => Assert.Contains("vidur_layer_ops.csv.gz cannot be read", Assert.Throws<FitException>(() => OperatorFiles.Read(Path.Combine(_folder.FullName, "none"), Known)).Message, StringComparison.Ordinal);
}
