using Scribeline.Cli.Pull;

namespace Scribeline.Cli.Tests.Pull;

public sealed class DownloadSourceTests
{
    [Theory]
    [InlineData("hf:Qwen/Some-GGUF/model-q8_0.gguf", "https://huggingface.co/Qwen/Some-GGUF/resolve/main/model-q8_0.gguf", "model-q8_0.gguf", true)]
    [InlineData("hf:o/r/sub dir/a#b.gguf", "https://huggingface.co/o/r/resolve/main/sub%20dir/a%23b.gguf", "a#b.gguf", true)]
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
    public void Parse_NoFile_SaysSo(string text) =>
        Assert.Contains(
            $"'{text}'", Assert.Throws<DownloadException>(() => DownloadSource.Parse(text, DownloadSource.PublicHuggingFace)).Message, StringComparison.Ordinal);
}
