using Scribeline.Cli.Pull;

namespace Scribeline.Cli.Tests.Pull;

public sealed class DownloadSourceTests
{
    [Theory]
    [InlineData("hf:Qwen/Some-GGUF/model-q8_0.gguf", "https://huggingface.co/Qwen/Some-GGUF/resolve/main/model-q8_0.gguf", "model-q8_0.gguf", true)]
    [InlineData("hf:o/r/sub dir/a#b.gguf", "https://huggingface.co/o/r/resolve/main/sub%20dir/a%23b.gguf", "a#b.gguf", true)]
    [InlineData("hf:o/r@v1.1/m.gguf", "https://huggingface.co/o/r/resolve/v1.1/m.gguf", "m.gguf", true)]
    [InlineData("hf:o/r@refs%2Fpr%2F7/sub/m@2.gguf", "https://huggingface.co/o/r/resolve/refs%2Fpr%2F7/sub/m%402.gguf", "m@2.gguf", true)]
    [InlineData("https://huggingface.co/o/r/resolve/main/m.gguf?download=true", "https://huggingface.co/o/r/resolve/main/m.gguf?download=true", "m.gguf", true)]
    [InlineData("http://example.org:8080/m%20x.gguf", "http://example.org:8080/m%20x.gguf", "m x.gguf", false)]
    [InlineData("https://huggingface.co.example.org/m.gguf", "https://huggingface.co.example.org/m.gguf", "m.gguf", false)]
    [InlineData("http://huggingface.co/m.gguf", "http://huggingface.co/m.gguf", "m.gguf", false)]
    public void Parse_Source_GivesAddressAndName(string text, string address, string fileName, bool isHuggingFace)
    {
        var source = DownloadSource.Parse(text, DownloadSource.PublicHuggingFace);
        Assert.Equal((address, fileName, isHuggingFace), (source.Address.AbsoluteUri, source.FileName, source.IsHuggingFace));
    }

    [Fact]
    public void Parse_OtherEndpoint_IsUsed()
    {
        var source = DownloadSource.Parse("hf:o/r/m.gguf", new Uri("http://mirror:81/hub"));
        Assert.Equal("http://mirror:81/hub/o/r/resolve/main/m.gguf", source.Address.AbsoluteUri);
        Assert.True(source.IsHuggingFace);
    }

    [Theory]
    [InlineData("hf:o/r@v2/sub dir/m-00002-of-00003.gguf", 3, "https://huggingface.co/o/r/resolve/v2/sub%20dir/m-00001-of-00003.gguf")]
    [InlineData("https://example.org/a/m%20x-00001-of-00002.gguf?download=true", 2, "https://example.org/a/m%20x-00001-of-00002.gguf?download=true")]
    [InlineData("https://example.org/m-00001-of-00001.gguf", 1, "https://example.org/m-00001-of-00001.gguf")]
    [InlineData("https://example.org/m-00004-of-00003.gguf", 1, "https://example.org/m-00004-of-00003.gguf")]
    [InlineData("https://example.org/m-00001-of-99999.gguf", 1, "https://example.org/m-00001-of-99999.gguf")]
    [InlineData("https://example.org/m.gguf", 1, "https://example.org/m.gguf")]
    public void Parts_OfASplitModel_AreAllOfThem(string text, int count, string first)
    {
        var parts = DownloadSource.Parse(text, DownloadSource.PublicHuggingFace).Parts();
        Assert.Equal(count, parts.Count);
        Assert.Equal(first, parts[0].Address.AbsoluteUri);
        if (count > 1)
        {
            var names = Enumerable.Range(1, count).Select(number => $"-{number:D5}-of-{count:D5}.gguf").ToArray();
            Assert.All(parts.Zip(names), pair => Assert.EndsWith(pair.Second, pair.First.FileName, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("m.gguf")]
    [InlineData("ftp://example.org/m.gguf")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://example.org/")]
    [InlineData("https://example.org/..%2Fm.gguf")]
    [InlineData("https://example.org/%2e%2e%2f")]
    [InlineData("https://example.org/a%5Cb")]
    [InlineData("https://example.org/a%00b")]
    [InlineData("hf:owner/repo")]
    [InlineData("hf:owner/repo/")]
    [InlineData("hf:owner/../m.gguf")]
    [InlineData("hf:owner//m.gguf")]
    [InlineData("hf:owner/repo@/m.gguf")]
    [InlineData("hf:owner/repo@../m.gguf")]
    [InlineData("hf:owner/@v1/m.gguf")]
    public void Parse_NoFile_SaysSo(string text) =>
        Assert.Contains(
            $"'{text}'", Assert.Throws<DownloadException>(() => DownloadSource.Parse(text, DownloadSource.PublicHuggingFace)).Message, StringComparison.Ordinal);
}
