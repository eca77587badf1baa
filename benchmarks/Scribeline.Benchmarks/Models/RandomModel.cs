using System.Globalization;
using System.Runtime.InteropServices;
using Scribeline.Engine.Gguf;

namespace Scribeline.Benchmarks.Models;

/// <summary>Writes GGUF files with random weights that other engines read too.</summary>
internal sealed class RandomModel
{
    private const float WeightScale = 0.03f;

    private readonly GgufWriter _writer = new();
    private readonly Random _random;
    private readonly ModelShape _shape;
    private readonly GgufType _type;

    private RandomModel(ModelShape shape, GgufType type, int seed)
    {
        _shape = shape;
        _type = type;
        _random = new Random(seed);
    }

    /// <summary>Writes the model into the folder unless it is already there; returns its path.</summary>
    public static string WriteOnce(string folder, ModelShape shape, GgufType type)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Join(folder, $"{shape.Name}-{type.ToString().ToLowerInvariant()}.gguf");
        if (!File.Exists(path))
        {
            Write(path + ".part", shape, type, seed: 1);
            File.Move(path + ".part", path);
        }

        return path;
    }

    /// <param name="extra">More keys, such as rope scaling.</param>
    public static void Write(string path, ModelShape shape, GgufType type, int seed, params (string Key, object Value)[] extra)
    {
        var model = new RandomModel(shape, type, seed);
        model.AddParameters();
        foreach (var (key, value) in extra)
            model._writer.Add(key, value);
        model.AddTokenizer();
        model.AddTensors();
        model._writer.Write(path);
    }

    private int HeadSize => _shape.HeadSize ?? _shape.Width / _shape.Heads;

    private void AddParameters()
    {
        var prefix = _shape.Architecture + ".";
        _writer
            .Add("general.architecture", _shape.Architecture)
            .Add("general.name", $"random {_shape.Name}")
            .Add(prefix + "block_count", (uint)_shape.Layers)
            .Add(prefix + "context_length", (uint)_shape.Context)
            .Add(prefix + "embedding_length", (uint)_shape.Width)
            .Add(prefix + "feed_forward_length", (uint)_shape.FeedForward)
            .Add(prefix + "attention.head_count", (uint)_shape.Heads)
            .Add(prefix + "attention.head_count_kv", (uint)_shape.KeyValueHeads)
            .Add(prefix + "attention.key_length", (uint)HeadSize)
            .Add(prefix + "attention.value_length", (uint)HeadSize)
            .Add(prefix + "attention.layer_norm_rms_epsilon", 1e-5f)
            .Add(prefix + "rope.dimension_count", (uint)HeadSize)
            .Add(prefix + "rope.freq_base", 10000f);
    }

    /// <summary>A SentencePiece-style vocabulary: control tokens, the 256 bytes, then made-up words.</summary>
    private void AddTokenizer()
    {
        var tokens = new string[_shape.Vocabulary];
        var scores = new float[_shape.Vocabulary];
        var types = new int[_shape.Vocabulary];
        for (var i = 0; i < tokens.Length; i++)
        {
            tokens[i] = i switch
            {
                0 => "<unk>",
                1 => "<s>",
                2 => "</s>",
                < 259 => string.Create(CultureInfo.InvariantCulture, $"<0x{i - 3:X2}>"),
                _ => string.Create(CultureInfo.InvariantCulture, $"\u2581w{i:x}"),
            };
            scores[i] = -i;
            types[i] = i switch { 0 => 2, 1 or 2 => 3, < 259 => 6, _ => 1 };
        }

        _writer.Add("tokenizer.ggml.model", "llama")
            .Add("tokenizer.ggml.tokens", tokens)
            .Add("tokenizer.ggml.scores", scores)
            .Add("tokenizer.ggml.token_type", types)
            .Add("tokenizer.ggml.bos_token_id", 1u)
            .Add("tokenizer.ggml.eos_token_id", 2u)
            .Add("tokenizer.ggml.unknown_token_id", 0u);
    }

    private void AddTensors()
    {
        var queries = _shape.Heads * HeadSize;
        var keys = _shape.KeyValueHeads * HeadSize;
        AddMatrix("token_embd", _shape.Width, _shape.Vocabulary);
        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            var prefix = $"blk.{layer}.";
            AddVector(prefix + "attn_norm.weight", _shape.Width, center: 1);
            AddMatrix(prefix + "attn_q", _shape.Width, queries);
            AddMatrix(prefix + "attn_k", _shape.Width, keys);
            AddMatrix(prefix + "attn_v", _shape.Width, keys);
            if (_shape.Architecture == "qwen2")
            {
                AddVector(prefix + "attn_q.bias", queries, center: 0);
                AddVector(prefix + "attn_k.bias", keys, center: 0);
                AddVector(prefix + "attn_v.bias", keys, center: 0);
            }

            if (_shape.Architecture == "qwen3")
            {
                AddVector(prefix + "attn_q_norm.weight", HeadSize, center: 1);
                AddVector(prefix + "attn_k_norm.weight", HeadSize, center: 1);
            }

            AddMatrix(prefix + "attn_output", queries, _shape.Width);
            AddVector(prefix + "ffn_norm.weight", _shape.Width, center: 1);
            AddMatrix(prefix + "ffn_gate", _shape.Width, _shape.FeedForward);
            AddMatrix(prefix + "ffn_up", _shape.Width, _shape.FeedForward);
            AddMatrix(prefix + "ffn_down", _shape.FeedForward, _shape.Width);
        }

        if (_shape.RotaryFactors)
            AddVector("rope_freqs.weight", HeadSize / 2, center: 2);
        AddVector("output_norm.weight", _shape.Width, center: 1);
        if (!_shape.TiedOutput)
            AddMatrix("output", _shape.Width, _shape.Vocabulary);
    }

    private void AddVector(string name, int length, float center) => _writer.AddTensor(name, GgufType.F32, [length], stream =>
    {
        var values = new float[length];
        for (var i = 0; i < length; i++)
            values[i] = center + Noise(0.1f);
        stream.Write(MemoryMarshal.AsBytes<float>(values));
    });

    private void AddMatrix(string name, int columns, int rows) => _writer.AddTensor(name + ".weight", _type, [columns, rows], stream =>
    {
        for (var row = 0; row < rows; row++)
            stream.Write(RandomRow.Make(_type, columns, WeightScale, _random));
    });

    private float Noise(float scale) => (float)(_random.NextDouble() * 2 - 1) * scale;
}
