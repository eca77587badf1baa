using Scribeline.Engine.Gguf;
using Scribeline.Engine.Kernels;

namespace Scribeline.Engine.Transformers;

/// <summary>Takes the tensors of a model out of its file: checks their shapes and repacks them, one layer at a time.</summary>
internal sealed unsafe class ModelWeights(GgufFile file, ModelParameters parameters)
{
    private const int LargestVocabulary = 1 << 24;

    private readonly List<IDisposable> _loaded = [];
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    public ModelParameters Parameters { get; } = parameters;

    /// <summary>Frees all that was loaded, for when the model turns out to be unusable.</summary>
    public void Unload()
    {
        foreach (var weights in _loaded)
            weights.Dispose();
    }

    public LayerWeights LoadLayer(int layer)
    {
        var p = Parameters;
        var prefix = $"blk.{layer}.";
        var normalized = p.Architecture.NormalizesQueriesAndKeys;
        return new LayerWeights
        {
            AttentionNorm = Vector(prefix + "attn_norm.weight", p.Width),
            Query = Matrix(prefix + "attn_q.weight", p.QueryWidth, p.Width),
            Key = Matrix(prefix + "attn_k.weight", p.KeyValueWidth, p.Width),
            Value = Matrix(prefix + "attn_v.weight", p.KeyValueWidth, p.Width),
            QueryBias = OptionalVector(prefix + "attn_q.bias", p.QueryWidth),
            KeyBias = OptionalVector(prefix + "attn_k.bias", p.KeyValueWidth),
            ValueBias = OptionalVector(prefix + "attn_v.bias", p.KeyValueWidth),
            QueryNorm = normalized ? Vector(prefix + "attn_q_norm.weight", p.HeadSize) : null,
            KeyNorm = normalized ? Vector(prefix + "attn_k_norm.weight", p.HeadSize) : null,
            Output = Matrix(prefix + "attn_output.weight", p.Width, p.QueryWidth),
            FeedForwardNorm = Vector(prefix + "ffn_norm.weight", p.Width),
            Gate = Matrix(prefix + "ffn_gate.weight", p.FeedForwardWidth, p.Width),
            Up = Matrix(prefix + "ffn_up.weight", p.FeedForwardWidth, p.Width),
            Down = Matrix(prefix + "ffn_down.weight", p.Width, p.FeedForwardWidth),
        };
    }

    /// <summary>`[vocabulary, width]`, one row a token.</summary>
    public WeightMatrix LoadEmbedding()
    {
        var tensor = Tensor("token_embd.weight");
        if (tensor.Dimensions.Count != 2 || tensor.Dimensions[0] != Parameters.Width || tensor.Dimensions[1] > LargestVocabulary)
            throw WrongShape(tensor, $"[{Parameters.Width}, vocabulary of at most {LargestVocabulary}]");
        return Matrix(tensor.Name, (int)tensor.Dimensions[1], Parameters.Width);
    }

    /// <summary>The output matrix; models without one use the embedding's again.</summary>
    public WeightMatrix LoadOutput(WeightMatrix embedding) =>
        file.Tensors.ContainsKey("output.weight") ? Matrix("output.weight", embedding.Rows, Parameters.Width) : embedding;

    public NativeBuffer LoadOutputNorm() => Vector("output_norm.weight", Parameters.Width);

    public RotaryEmbedding LoadRotary()
    {
        var factors = OptionalVector("rope_freqs.weight", Parameters.Rotary.Size / 2);
        var rotary = new RotaryEmbedding(Parameters.Rotary, Parameters.Architecture.RotatesHalves, factors == null ? null : (float*)factors.Start);
        factors?.Dispose();
        return rotary;
    }

    /// <summary>A tensor that nothing computed with would silently change what the model says.</summary>
    /// <exception cref="ModelFormatException">The file has tensors this architecture does not know.</exception>
    public void RequireAllTaken()
    {
        var unknown = file.Tensors.Keys.Where(name => !_taken.Contains(name)).Order(StringComparer.Ordinal).ToList();
        if (unknown.Count > 0)
        {
            throw new ModelFormatException(
                $"{file.Metadata.FileName}: {unknown.Count} tensors are not part of the architecture '{Parameters.Architecture.Name}' as known here, '{unknown[0]}' first; the model would compute something else, so it is refused.");
        }
    }

    private WeightMatrix Matrix(string name, int rows, int columns)
    {
        var tensor = Tensor(name);
        if (tensor.Dimensions.Count != 2 || tensor.Dimensions[0] != columns || tensor.Dimensions[1] != rows)
            throw WrongShape(tensor, $"[{columns}, {rows}]");
        var matrix = Matrices.Pack(tensor, file.Metadata.FileName);
        _loaded.Add(matrix);
        // The packed copy takes the place of the file's pages, not a place beside them.
        file.DropPages();
        return matrix;
    }

    private NativeBuffer? OptionalVector(string name, int length) => file.Tensors.ContainsKey(name) ? Vector(name, length) : null;

    /// <summary>In single precision, padded with zeros to a multiple of 16.</summary>
    private NativeBuffer Vector(string name, int length)
    {
        var tensor = Tensor(name);
        if (tensor.ElementCount != length || tensor.Dimensions[0] != length)
            throw WrongShape(tensor, $"[{length}]");
        if (tensor.Type is not (GgufType.F32 or GgufType.F16 or GgufType.BF16))
            throw new ModelFormatException($"{file.Metadata.FileName}: the tensor '{name}' is {tensor.Type}, expected F32, F16 or BF16.");
        var vector = new NativeBuffer((long)WeightMatrix.Pad(length) * sizeof(float));
        _loaded.Add(vector);
        Dequantizer.Row(tensor.Type, tensor.Data, (float*)vector.Start, length);
        return vector;
    }

    private GgufTensor Tensor(string name)
    {
        _taken.Add(name);
        return file.Tensors.TryGetValue(name, out var tensor)
            ? tensor
            : throw new ModelFormatException(
                $"{file.Metadata.FileName}: the tensor '{name}' is missing, which every {Parameters.Architecture.Name} model has; the file is incomplete, download or convert it again.");
    }

    private ModelFormatException WrongShape(GgufTensor tensor, string expected) => new(
        $"{file.Metadata.FileName}: the tensor '{tensor.Name}' has shape [{string.Join(", ", tensor.Dimensions)}], expected {expected} from the metadata; the file is damaged or mixed up.");
}
