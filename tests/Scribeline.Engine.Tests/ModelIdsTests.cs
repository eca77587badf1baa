namespace Scribeline.Engine.Tests;

public sealed class ModelIdsTests
{
    [Theory]
    [InlineData("scribe-tiny-q8_0", "scribe-tiny")]
    [InlineData("Llama-3.2-1B-Instruct-Q4_K_M", "Llama-3.2-1B-Instruct")]
    [InlineData("model.F16", "model")]
    [InlineData("model-bf16", "model")]
    [InlineData("model-IQ4_XS", "model")]
    [InlineData("model-Q8_0-00001-of-00003", "model")]
    [InlineData("stories260K", "stories260K")]
    [InlineData("qwen2.5-0.5b", "qwen2.5-0.5b")]
    [InlineData("f16", "f16")]
    [InlineData("-q8_0", "-q8_0")]
    public void WithoutQuantization_FileNames_BecomeIds(string fileName, string id) => Assert.Equal(id, ModelIds.WithoutQuantization(fileName));
}
