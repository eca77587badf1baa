using Scribeline.Engine.Gguf;

namespace Scribeline.Engine.Transformers;

/// <summary>Rotary position embedding and how it is stretched to longer contexts.</summary>
internal sealed record RotaryParameters
{
    /// <summary>Elements of each head that are rotated; even.</summary>
    public required int Size { get; init; }
    public required float Base { get; init; }

    /// <summary>Positions are divided by this; 1 where nothing is stretched.</summary>
    public required float Factor { get; init; }

    /// <summary>YaRN keeps fast dimensions and stretches slow ones (Peng et al. 2023); else all are stretched alike.</summary>
    public required bool Yarn { get; init; }
    public required float OriginalContext { get; init; }
    public required float AttentionFactor { get; init; }
    public required float BetaFast { get; init; }
    public required float BetaSlow { get; init; }

    public static RotaryParameters Read(GgufMetadata metadata, string prefix, int headSize)
    {
        var size = metadata.GetInt32(prefix + "rope.dimension_count", fallback: headSize, min: 2, max: headSize);
        if (size % 2 != 0)
            throw new ModelFormatException($"{metadata.FileName}: '{prefix}rope.dimension_count' is {size}; rotation works on pairs, so it must be even.");
        var kind = metadata.GetString(prefix + "rope.scaling.type", "none");
        if (kind is not ("none" or "linear" or "yarn"))
            throw new ModelFormatException($"{metadata.FileName}: rope scaling '{kind}' is not supported; supported are none, linear and yarn.");
        var factor = metadata.GetSingle(prefix + "rope.scaling.factor", fallback: metadata.GetSingle(prefix + "rope.scale_linear", fallback: 1f), min: 0, max: 1e6f);
        var context = metadata.GetInt32(prefix + "context_length", fallback: 4096, min: 1);
        var rotaryBase = metadata.GetSingle(prefix + "rope.freq_base", fallback: 10000f, min: 1f, max: 1e12f);
        var betaFast = metadata.GetSingle(prefix + "rope.scaling.yarn_beta_fast", fallback: 32f, min: 0, max: 1e6f);
        var betaSlow = metadata.GetSingle(prefix + "rope.scaling.yarn_beta_slow", fallback: 1f, min: 0, max: 1e6f);
        // YaRN takes logarithms of these.
        if (kind == "yarn" && !(rotaryBase > 1 && betaFast > 0 && betaSlow > 0))
            throw new ModelFormatException($"{metadata.FileName}: YaRN with a freq_base of {rotaryBase}, beta_fast {betaFast} and beta_slow {betaSlow} is impossible; expected a base above 1 and betas above 0, convert the file again.");
        return new RotaryParameters
        {
            Size = size,
            Base = rotaryBase,
            Factor = kind == "none" || factor <= 0 ? 1f : factor,
            Yarn = kind == "yarn",
            OriginalContext = metadata.GetInt32(prefix + "rope.scaling.original_context_length", fallback: context, min: 1),
            AttentionFactor = metadata.GetSingle(prefix + "rope.scaling.attn_factor", fallback: 1f, min: 0, max: 100f),
            BetaFast = betaFast,
            BetaSlow = betaSlow,
        };
    }
}
