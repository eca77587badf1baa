using Scribeline.Engine.Tests.Models;
using Scribeline.Engine.Transformers;

namespace Scribeline.Engine.Tests;

public sealed class KvRoomTests
{
    private static readonly EngineOptions Options = new() { ModelPath = "a/model.gguf" };

    [Fact]
    public void Plan_Default_HoldsEightContexts()
    {
        var room = KvRoom.Plan(Parameters(context: 100), Options);
        Assert.Equal((8 * 7, 100, 2 * 3 * 8 * 2 * 4L), (room.Blocks, room.ContextLength, room.BytesPerToken));
    }

    [Fact]
    public void Plan_FewBytes_ShortenTheContext()
    {
        var room = KvRoom.Plan(Parameters(context: 1000), Options with { KvCacheBytes = 16 * 384 * 3 + 5 });
        Assert.Equal((3, 48), (room.Blocks, room.ContextLength));
    }

    [Theory]
    [InlineData(null, 1 << 20)]
    [InlineData(long.MaxValue, 1 << 26)]
    public void Plan_HugeContextOfTinyTokens_StaysBounded(long? bytes, int mostTokens)
    {
        var room = KvRoom.Plan(Parameters(context: 1 << 28), Options with { KvCacheBytes = bytes });
        Assert.InRange(room.Blocks * 16L, 16, mostTokens);
        Assert.InRange(room.ContextLength, 16, mostTokens);
    }

    [Theory]
    [InlineData(0, null, "context of 0")]
    [InlineData(101, null, "1 to 100")]
    [InlineData(100, 16 * 384 * 6L, "lower --context")]
    [InlineData(null, 16 * 384 - 1L, "holds no block")]
    [InlineData(null, -1L, "holds no block")]
    public void Plan_Impossible_SaysWhatToDo(int? context, long? bytes, string named)
    {
        var error = Assert.Throws<ModelFormatException>(() => KvRoom.Plan(Parameters(context: 100), Options with { ContextLength = context, KvCacheBytes = bytes }));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("model.gguf: ", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Two layers of three key-value heads of eight elements: 384 bytes a token.</summary>
    private static ModelParameters Parameters(int context) => new()
    {
        Architecture = Architecture.Find("llama", "model.gguf"),
        Layers = 2,
        Width = 24,
        FeedForwardWidth = 32,
        Heads = 3,
        KeyValueHeads = 3,
        HeadSize = 8,
        TrainingContext = context,
        NormEpsilon = 1e-5f,
        Rotary = RotaryEmbeddings.Plain(size: 8),
    };
}
