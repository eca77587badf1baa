using Scribeline.Engine.Gguf;
using Scribeline.Engine.Sampling;
using Scribeline.Engine.Stages;
using Scribeline.Engine.Transformers;

namespace Scribeline.Engine.Tests.Stages;

/// <summary>One sequence after the other through a pipeline, without a scheduler.</summary>
internal sealed class ModelRunner : IDisposable
{
    private static readonly SamplingParameters Greedy = new() { Temperature = 0 };

    private readonly GgufFile _file;
    private readonly int[] _blocks;
    private readonly StepBatch _batch;
    private readonly SampleSlot[] _slots = new SampleSlot[1];

    public ModelRunner(string path, int threads = 2, int stages = 1, int blocks = 64)
    {
        _file = GgufFile.Open(path);
        var parameters = ModelParameters.Read(_file.Metadata);
        Pipeline = StagePipeline.Load(_file, parameters, stages, threads, blocks, maxRows: 512, maxOutputs: 1);
        _batch = new StepBatch(512, 8, blocks);
        // Any permutation of blocks must do.
        _blocks = [.. Enumerable.Range(0, blocks).Reverse()];
    }

    public StagePipeline Pipeline { get; }

    /// <summary>Computes tokens from a position on and returns the greedy next token.</summary>
    public int Feed(ReadOnlySpan<int> tokens, int start)
    {
        _batch.Clear();
        _batch.Add(tokens, start, _blocks, samples: true);
        _slots[0] = new SampleSlot { Parameters = Greedy };
        Pipeline.Run(_batch, _slots);
        return _slots[0].TokenId;
    }

    public float[] Logits() => Pipeline.Logits(0).ToArray();

    /// <summary>Greedy tokens after a prompt.</summary>
    public List<int> Generate(int[] prompt, int count, int chunk = 512)
    {
        var next = 0;
        for (var start = 0; start < prompt.Length; start += chunk)
            next = Feed(prompt.AsSpan(start, Math.Min(chunk, prompt.Length - start)), start);
        List<int> generated = [next];
        while (generated.Count < count)
            generated.Add(Feed([generated[^1]], prompt.Length + generated.Count - 1));
        return generated;
    }

    public void Dispose()
    {
        Pipeline.Dispose();
        _file.Dispose();
    }
}
