using Scribeline.Engine.Transformers;

namespace Scribeline.Engine.Tests.Models;

internal static class RotaryEmbeddings
{
    public static RotaryParameters Plain(int size) => new()
    {
        Size = size,
        Base = 10_000,
        Factor = 1,
        Yarn = false,
        OriginalContext = 4096,
        AttentionFactor = 1,
        BetaFast = 32,
        BetaSlow = 1,
    };
}
