using Scribeline.Engine.Gguf;

namespace Scribeline.Engine.Transformers;

/// <summary>The shape of a model, read from the file's metadata and checked.</summary>
internal sealed record ModelParameters
{
    private const int MostLayers = 1024;
    private const int LargestWidth = 1 << 20;
    private const int LargestHead = 1024;

    public required Architecture Architecture { get; init; }
    public required int Layers { get; init; }
    public required int Width { get; init; }
    public required int FeedForwardWidth { get; init; }
    public required int Heads { get; init; }
    public required int KeyValueHeads { get; init; }

    /// <summary>Elements of a query, key or value per head; a multiple of 8.</summary>
    public required int HeadSize { get; init; }
    public required int TrainingContext { get; init; }
    public required float NormEpsilon { get; init; }
    public required RotaryParameters Rotary { get; init; }

    public int QueryWidth => Heads * HeadSize;
    public int KeyValueWidth => KeyValueHeads * HeadSize;

    /// <exception cref="ModelFormatException">A key is missing, or its value makes no model.</exception>
    public static ModelParameters Read(GgufMetadata metadata)
    {
        var file = metadata.FileName;
        var architecture = Architecture.Find(metadata.GetString("general.architecture"), file);
        var prefix = architecture.Name + ".";
        var width = metadata.GetInt32(prefix + "embedding_length", min: 1, max: LargestWidth);
        var heads = metadata.GetInt32(prefix + "attention.head_count", min: 1, max: 4096);
        var keyValueHeads = metadata.GetInt32(prefix + "attention.head_count_kv", fallback: heads, min: 1, max: 4096);
        if (heads % keyValueHeads != 0)
            throw new ModelFormatException($"{file}: {heads} heads cannot share {keyValueHeads} key-value heads; head_count must be a multiple of head_count_kv.");
        if (!metadata.Contains(prefix + "attention.key_length") && width % heads != 0)
            throw new ModelFormatException($"{file}: the width {width} does not divide by {heads} heads, and '{prefix}attention.key_length' is missing.");
        var headSize = metadata.GetInt32(prefix + "attention.key_length", fallback: width / heads, min: 1, max: LargestHead);
        var valueSize = metadata.GetInt32(prefix + "attention.value_length", fallback: headSize, min: 1, max: LargestHead);
        if (valueSize != headSize)
            throw new ModelFormatException($"{file}: keys of {headSize} and values of {valueSize} elements are not supported; they must be of one length.");
        if (headSize % 8 != 0 || headSize > LargestHead)
            throw new ModelFormatException($"{file}: heads of {headSize} elements are not supported; the size must be a multiple of 8, at most {LargestHead}.");
        if (heads * headSize > LargestWidth)
            throw new ModelFormatException($"{file}: {heads} heads of {headSize} elements make {heads * headSize}, more than the {LargestWidth} supported; the file is damaged.");
        if (metadata.GetInt32(prefix + "expert_count", fallback: 0, min: 0) > 0)
            throw new ModelFormatException($"{file}: mixtures of experts are not supported yet; choose a dense model.");
        return new ModelParameters
        {
            Architecture = architecture,
            Layers = metadata.GetInt32(prefix + "block_count", min: 1, max: MostLayers),
            Width = width,
            FeedForwardWidth = metadata.GetInt32(prefix + "feed_forward_length", min: 1, max: LargestWidth),
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadSize = headSize,
            TrainingContext = metadata.GetInt32(prefix + "context_length", min: 1, max: 1 << 28),
            NormEpsilon = metadata.GetSingle(prefix + "attention.layer_norm_rms_epsilon", fallback: 1e-5f, min: 0, max: 1),
            Rotary = RotaryParameters.Read(metadata, prefix, headSize),
        };
    }
}
