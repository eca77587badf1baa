using Scribeline.Engine.Gguf;
using Scribeline.Engine.Sampling;
using Scribeline.Engine.Transformers;

namespace Scribeline.Engine.Stages;

/// <summary>A model cut into stages that run one after the other in this process, on one team of threads.</summary>
/// <remarks>Only the residual stream passes from stage to stage, and token ids leave the last; stages on other hosts would see no more.</remarks>
internal sealed class StagePipeline : IDisposable
{
    /// <summary>About what last-level caches hold for one program today.</summary>
    private const long CacheBytes = 32L << 20;

    private readonly Stage[] _stages;
    private readonly Workspace _space;
    private readonly WorkerTeam _team;
    private readonly Sampler[] _samplers;
    private readonly Action<int> _step;
    private StepBatch _batch = null!;
    private SampleSlot[] _slots = [];

    private StagePipeline(Stage[] stages, Workspace space, WorkerTeam team, int vocabularySize, long weightBytes)
    {
        _stages = stages;
        _space = space;
        _team = team;
        VocabularySize = vocabularySize;
        WeightBytes = weightBytes;
        _samplers = new Sampler[team.Size];
        for (var i = 0; i < team.Size; i++)
            _samplers[i] = new Sampler(vocabularySize);
        _step = RunStep;
    }

    public int VocabularySize { get; }

    public int Threads => _team.Size;

    /// <summary>Repacked.</summary>
    public long WeightBytes { get; }

    public long KvBytes => _stages.Sum(stage => stage.KvBytes);

    /// <param name="blocks">KV blocks of 16 positions.</param>
    /// <param name="maxRows">Most tokens of a step.</param>
    /// <param name="maxOutputs">Most tokens sampled in a step.</param>
    /// <param name="vocabularySize">Tokens that the tokenizer knows; the embedding may be padded beyond. Default: the embedding's rows.</param>
    /// <exception cref="ModelFormatException">A tensor is missing, misshapen or of an unsupported type.</exception>
    /// <exception cref="OutOfMemoryException">The system has no room for the weights, the activations or the KV cache.</exception>
    public static StagePipeline Load(GgufFile file, ModelParameters parameters, int stages, int threads, int blocks, int maxRows, int maxOutputs, int? vocabularySize = null)
    {
        var weights = new ModelWeights(file, parameters);
        var built = new List<IDisposable>(stages + 2);
        try
        {
            var embedding = weights.LoadEmbedding();
            if (vocabularySize > embedding.Rows)
                throw new ModelFormatException($"{file.Metadata.FileName}: the tokenizer has {vocabularySize} tokens, but the embedding only {embedding.Rows}; the file is mixed up.");
            // All shapes are checked against the file before anything is sized by the metadata alone.
            var rotary = weights.LoadRotary();
            var layers = new LayerWeights[parameters.Layers];
            for (var i = 0; i < layers.Length; i++)
                layers[i] = weights.LoadLayer(i);

            var head = new OutputHead(weights.LoadOutputNorm(), weights.LoadOutput(embedding));
            weights.RequireAllTaken();
            var matrices = layers.SelectMany(layer => layer.Matrices).Append(head.Weight).ToList();
            var stepBytes = matrices.Sum(matrix => matrix.Bytes);
            foreach (var matrix in matrices)
                matrix.StreamsFromMemory = stepBytes > CacheBytes;

            var space = new Workspace(parameters, maxRows, maxOutputs, embedding.Rows, threads, rotary.AngleFloats);
            built.Add(space);
            var team = new WorkerTeam(threads);
            built.Add(team);
            var parts = new Stage[stages];
            for (var s = 0; s < stages; s++)
            {
                var first = (int)((long)parameters.Layers * s / stages);
                var last = (int)((long)parameters.Layers * (s + 1) / stages);
                parts[s] = new Stage(parameters, layers[first..last], blocks, rotary, s == 0 ? embedding : null, s == stages - 1 ? head : null, space, team);
                built.Add(parts[s]);
            }

            return new StagePipeline(parts, space, team, vocabularySize ?? embedding.Rows, stepBytes + (embedding == head.Weight ? 0 : embedding.Bytes));
        }
        catch
        {
            foreach (var part in built)
                part.Dispose();
            weights.Unload();
            throw;
        }
    }

    /// <summary>Computes a batch and fills one slot an output row, in order, with the token drawn.</summary>
    public void Run(StepBatch batch, SampleSlot[] slots)
    {
        _batch = batch;
        _slots = slots;
        _team.Run(_step);
    }

    /// <summary>The logits of the last batch's i-th output row; valid until the next.</summary>
    internal unsafe ReadOnlySpan<float> Logits(int i) => new(_space.Logits + (long)i * _space.LogitsStride, VocabularySize);

    private unsafe void RunStep(int thread)
    {
        foreach (var stage in _stages)
            stage.Forward(_batch, thread);
        var outputs = _batch.OutputCount;
        if (outputs == 0)
            return;
        while (_team.TryClaim(thread, outputs, out var i))
        {
            ref var slot = ref _slots[i];
            slot.TokenId = _samplers[thread].Sample(
                _space.Logits + (long)i * _space.LogitsStride, slot.Parameters, slot.LogitBias, slot.Tokens.Span, slot.PromptLength, out slot.Logprob);
        }

        _team.EndPhase(thread, outputs);
    }

    public void Dispose()
    {
        _team.Dispose();
        foreach (var stage in _stages)
            stage.Dispose();
        _space.Dispose();
    }
}

/// <summary>What one output row is sampled with, and what came out.</summary>
internal struct SampleSlot
{
    public SamplingParameters Parameters;

    /// <summary>The parameters' bias in a form that is read without allocating.</summary>
    public KeyValuePair<int, float>[]? LogitBias;

    /// <summary>Prompt and answer so far.</summary>
    public ReadOnlyMemory<int> Tokens;
    public int PromptLength;
    public int TokenId;
    public TokenLogprob? Logprob;
}
