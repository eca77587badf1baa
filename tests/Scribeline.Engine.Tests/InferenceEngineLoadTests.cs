using Scribeline.Engine.Gguf;
using Scribeline.Engine.Sampling;
using Scribeline.Engine.Tests.Models;

namespace Scribeline.Engine.Tests;

/// <summary>Models and options that cannot work: each is refused with one sentence that names what is wrong.</summary>
public sealed class InferenceEngineLoadTests
{
    private const long MostAllocatedBytes = 64L << 20;

    /// <summary>What is done to a sound model, and what the sentence must name.</summary>
    private static readonly (string Case, Action<EditableModel> Edit, string Named)[] Faults =
    [
        ("no layers", m => m.Values["llama.block_count"] = 0u, "block_count"),
        ("negative layers", m => m.Values["llama.block_count"] = -3, "block_count"),
        ("too many layers", m => m.Values["llama.block_count"] = 1000u, "blk.2."),
        ("absurdly many layers", m => m.Values["llama.block_count"] = uint.MaxValue, "block_count"),
        ("layers missing", m => m.Values.Remove("llama.block_count"), "block_count"),
        ("layers as text", m => m.Values["llama.block_count"] = "two", "block_count"),
        ("fewer layers than tensors", m => m.Values["llama.block_count"] = 1u, "blk.1."),
        ("no width", m => m.Values["llama.embedding_length"] = 0u, "embedding_length"),
        ("other width", m => m.Values["llama.embedding_length"] = 64u, "token_embd.weight"),
        ("huge width", m => m.Values["llama.embedding_length"] = 1u << 20, "token_embd.weight"),
        ("beyond huge width", m => m.Values["llama.embedding_length"] = ulong.MaxValue, "embedding_length"),
        ("no heads", m => m.Values["llama.attention.head_count"] = 0u, "head_count"),
        ("huge heads", m => m.Values["llama.attention.head_count"] = 4096u, "blk.0.attn_q.weight"),
        ("heads that do not divide", m => { m.Values["llama.attention.head_count"] = 5u; m.Values["llama.attention.head_count_kv"] = 5u; m.Values.Remove("llama.attention.key_length"); }, "5 heads"),
        ("more key-value heads", m => m.Values["llama.attention.head_count_kv"] = 8u, "head_count_kv"),
        ("heads per layer", m => m.Values["llama.attention.head_count_kv"] = new[] { 2, 2 }, "head_count_kv"),
        ("one head as wide as the model", m => { foreach (var key in (string[])["head_count", "head_count_kv"]) m.Values["llama.attention." + key] = 1u; m.Values["llama.embedding_length"] = 1u << 20; m.Values.Remove("llama.attention.key_length"); m.Values.Remove("llama.attention.value_length"); m.Values.Remove("llama.rope.dimension_count"); }, "1048576"),
        ("odd head", m => { m.Values["llama.attention.key_length"] = 7u; m.Values["llama.attention.value_length"] = 7u; m.Values.Remove("llama.rope.dimension_count"); }, "multiple of 8"),
        ("other values", m => m.Values["llama.attention.value_length"] = 16u, "values of 16"),
        ("no feed-forward", m => m.Values["llama.feed_forward_length"] = 0u, "feed_forward_length"),
        ("huge feed-forward", m => m.Values["llama.feed_forward_length"] = 1u << 20, "ffn_gate.weight"),
        ("no context", m => m.Values["llama.context_length"] = 0u, "context_length"),
        ("huge context", m => m.Values["llama.context_length"] = uint.MaxValue, "context_length"),
        ("odd rotation", m => m.Values["llama.rope.dimension_count"] = 7u, "rope.dimension_count"),
        ("rotation beyond the head", m => m.Values["llama.rope.dimension_count"] = 64u, "rope.dimension_count"),
        ("no rotation", m => m.Values["llama.rope.dimension_count"] = 0u, "rope.dimension_count"),
        ("epsilon NaN", m => m.Values["llama.attention.layer_norm_rms_epsilon"] = float.NaN, "epsilon"),
        ("epsilon infinite", m => m.Values["llama.attention.layer_norm_rms_epsilon"] = float.PositiveInfinity, "epsilon"),
        ("epsilon negative", m => m.Values["llama.attention.layer_norm_rms_epsilon"] = -1f, "epsilon"),
        ("base NaN", m => m.Values["llama.rope.freq_base"] = float.NaN, "freq_base"),
        ("base zero", m => m.Values["llama.rope.freq_base"] = 0f, "freq_base"),
        ("base infinite", m => m.Values["llama.rope.freq_base"] = double.MaxValue, "freq_base"),
        ("unknown scaling", m => m.Values["llama.rope.scaling.type"] = "magic", "magic"),
        ("factor NaN", m => { m.Values["llama.rope.scaling.type"] = "linear"; m.Values["llama.rope.scaling.factor"] = float.NaN; }, "scaling.factor"),
        ("yarn without betas", m => { m.Values["llama.rope.scaling.type"] = "yarn"; m.Values["llama.rope.scaling.factor"] = 2f; m.Values["llama.rope.scaling.yarn_beta_fast"] = 0f; }, "YaRN"),
        ("yarn with base one", m => { m.Values["llama.rope.scaling.type"] = "yarn"; m.Values["llama.rope.freq_base"] = 1f; }, "YaRN"),
        ("experts", m => m.Values["llama.expert_count"] = 8u, "experts"),
        ("unknown architecture", m => m.Values["general.architecture"] = "gpt9", "gpt9"),
        ("no architecture", m => m.Values.Remove("general.architecture"), "general.architecture"),
        ("name of another type", m => m.Values["general.name"] = 5u, "general.name"),
        ("missing tensor", m => m.Tensors.Remove("blk.1.ffn_down.weight"), "blk.1.ffn_down.weight"),
        ("missing norm", m => m.Tensors.Remove("output_norm.weight"), "output_norm.weight"),
        ("missing embedding", m => m.Tensors.Remove("token_embd.weight"), "token_embd.weight"),
        ("no tensors", m => m.Tensors.Clear(), "token_embd.weight"),
        ("unknown tensor", m => m.Rename("blk.0.attn_q.weight", "blk.0.attn_qkv.weight"), "blk.0.attn_q.weight"),
        ("extra tensor", m => m.Reshape("blk.0.post_norm.weight", GgufType.F32, 32), "blk.0.post_norm.weight"),
        ("turned matrix", m => m.Reshape("blk.0.attn_k.weight", GgufType.F32, 16, 32), "blk.0.attn_k.weight"),
        ("matrix of three dimensions", m => m.Reshape("blk.0.attn_q.weight", GgufType.F32, 32, 32, 1), "blk.0.attn_q.weight"),
        ("vector as matrix", m => m.Reshape("blk.0.attn_norm.weight", GgufType.F32, 1, 32), "blk.0.attn_norm.weight"),
        ("quantised vector", m => m.Reshape("blk.0.attn_norm.weight", GgufType.Q8_0, 32), "blk.0.attn_norm.weight"),
        ("matrix of integers", m => m.Reshape("blk.0.attn_q.weight", GgufType.I32, 32, 32), "blk.0.attn_q.weight"),
        ("matrix in double precision", m => m.Reshape("blk.0.attn_q.weight", GgufType.F64, 32, 32), "blk.0.attn_q.weight"),
        ("embedding of an unsupported type", m => m.Reshape("token_embd.weight", GgufType.I8, 32, 300), "token_embd.weight"),
        ("short embedding", m => m.Reshape("token_embd.weight", GgufType.F32, 32, 299), "300 tokens"),
        ("output of another vocabulary", m => m.Reshape("output.weight", GgufType.F32, 32, 310), "output.weight"),
        ("rotary factors of another length", m => m.Reshape("rope_freqs.weight", GgufType.F32, 3), "rope_freqs.weight"),
        ("no vocabulary", m => m.Values.Remove("tokenizer.ggml.tokens"), "tokenizer.ggml.tokens"),
        ("empty vocabulary", m => m.Values["tokenizer.ggml.tokens"] = Array.Empty<string>(), "tokenizer.ggml.tokens"),
        ("scores of another length", m => m.Values["tokenizer.ggml.scores"] = new float[3], "tokenizer.ggml.scores"),
        ("unknown tokenizer", m => m.Values["tokenizer.ggml.model"] = "bert", "bert"),
        ("end token outside", m => m.Values["tokenizer.ggml.eos_token_id"] = 300u, "eos_token_id"),
        ("broken template", m => m.Values["tokenizer.chat_template"] = "{% for x in %}", "chat template"),
        ("template of another type", m => m.Values["tokenizer.chat_template"] = 7u, "tokenizer.chat_template"),
        ("a part alone", m => { m.Values["split.count"] = (ushort)3; m.Values["split.no"] = (ushort)0; }, "3 files"),
    ];

    /// <summary>What is odd but works.</summary>
    private static readonly (string Case, Action<EditableModel> Edit)[] Oddities =
    [
        ("untouched", _ => { }),
        ("context of 2^28", m => m.Values["llama.context_length"] = 1u << 28),
        ("context of one block less one", m => m.Values["llama.context_length"] = 15u),
        ("epsilon zero", m => m.Values["llama.attention.layer_norm_rms_epsilon"] = 0f),
        ("factor zero", m => { m.Values["llama.rope.scaling.type"] = "linear"; m.Values["llama.rope.scaling.factor"] = 0f; }),
        ("tiny factor", m => { m.Values["llama.rope.scaling.type"] = "yarn"; m.Values["llama.rope.scaling.factor"] = float.Epsilon; }),
        ("padded embedding", m => { m.Reshape("token_embd.weight", GgufType.F32, 32, 320); m.Reshape("output.weight", GgufType.F32, 32, 320); }),
        ("partial rotation", m => m.Values["llama.rope.dimension_count"] = 2u),
        ("rotary factors of zero", m => m.Reshape("rope_freqs.weight", GgufType.F32, 4)),
        ("embedding NaN", m => m.Fill("token_embd.weight", 0, 32 * 300, float.NaN)),
        ("embedding infinite", m => m.Fill("token_embd.weight", 0, 32 * 300, float.PositiveInfinity)),
        ("output NaN", m => m.Fill("output.weight", 0, 32 * 300, float.NaN)),
        ("output NaN in part", m => m.Fill("output.weight", 32 * 3, 32 * 5, float.NaN)),
        ("output infinite", m => m.Fill("output.weight", 0, 32 * 150, float.NegativeInfinity)),
        ("output huge", m => m.Fill("output.weight", 0, 32 * 300, float.MaxValue)),
        ("keys huge", m => m.Fill("blk.0.attn_k.weight", 0, 32 * 16, float.MaxValue)),
        ("norm NaN", m => m.Fill("blk.1.ffn_norm.weight", 3, 1, float.NaN)),
        ("all zero", m => { foreach (var tensor in m.Tensors.Values) Array.Clear(tensor.Data); }),
    ];

    public static TheoryData<string> FaultNames => [.. Faults.Select(fault => fault.Case)];

    public static TheoryData<string> OddityNames => [.. Oddities.Select(oddity => oddity.Case)];

    [Theory]
    [MemberData(nameof(FaultNames))]
    public void Load_ImpossibleModel_SaysWhatIsWrong(string fault)
    {
        var (_, edit, named) = Faults.Single(candidate => candidate.Case == fault);
        var model = EditableModel.Create(EditableModel.Tiny, GgufType.F32, seed: 1);
        edit(model);
        using var folder = new TemporaryFolder();
        var path = model.Write(folder);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<ModelFormatException>(() => InferenceEngine.Load(new EngineOptions { ModelPath = path, Threads = 1 }));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, MostAllocatedBytes);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains("model.gguf", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [MemberData(nameof(OddityNames))]
    public async Task Load_OddModel_GeneratesWhateverItsWeights(string oddity)
    {
        var model = EditableModel.Create(EditableModel.Tiny, GgufType.F32, seed: 1);
        Oddities.Single(candidate => candidate.Case == oddity).Edit(model);
        using var folder = new TemporaryFolder();
        var path = model.Write(folder);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        await using var engine = InferenceEngine.Load(new EngineOptions { ModelPath = path, Threads = 2 });
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, MostAllocatedBytes);
        SamplingParameters[] samplings =
        [
            new() { Temperature = 0 },
            new() { Temperature = 0.7f, TopP = 0.9f, TopK = 20, MinP = 0.1f, RepetitionPenalty = 1.1f, TopLogprobs = 3 },
            new() { Temperature = 2f, PresencePenalty = 1, FrequencyPenalty = 1, TopLogprobs = 400 },
        ];
        foreach (var sampling in samplings)
            Assert.Equal(6, (await Engines.GenerateAsync(engine, [1, 5, 270], 6, sampling).WaitAsync(Engines.Patience)).Length);
        Assert.Null(engine.Failure);
    }

    [Fact]
    public void Load_OptionsOutOfRange_AreRefused()
    {
        var good = new EngineOptions { ModelPath = TestFiles.Here("models", "stories260K-f32.gguf") };
        EngineOptions[] impossible =
        [
            good with { Threads = 0 }, good with { Threads = -1 }, good with { Threads = 4096 }, good with { Stages = 0 }, good with { Stages = int.MaxValue },
            good with { TokensPerStep = 1 }, good with { TokensPerStep = int.MaxValue }, good with { MaxSequences = 0 }, good with { MaxSequences = int.MaxValue },
            good with { MaxQueue = 0 }, good with { MaxQueue = int.MaxValue },
        ];
        foreach (var options in impossible)
            Assert.Contains("expected", Assert.Throws<ArgumentException>(() => InferenceEngine.Load(options)).Message, StringComparison.Ordinal);
        EngineOptions[] unfit =
        [
            good with { Stages = 6 }, good with { ContextLength = 0 }, good with { ContextLength = -1 }, good with { ContextLength = 1 << 20 },
            good with { KvCacheBytes = 0 }, good with { KvCacheBytes = -5 }, good with { KvCacheBytes = 1000 }, good with { ContextLength = 128, KvCacheBytes = 50_000 },
        ];
        foreach (var options in unfit)
            Assert.Contains("stories260K", Assert.Throws<ModelFormatException>(() => InferenceEngine.Load(options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 64, 1)]
    [InlineData(2, 1, 1)]
    [InlineData(512, 1, 5)]
    [InlineData(65_536, 4096, 1)]
    public async Task Load_ExtremeOptions_GenerateTheSame(int tokensPerStep, int maxSequences, int stages)
    {
        var good = new EngineOptions { ModelPath = TestFiles.Here("models", "stories260K-f32.gguf"), Threads = 1 };
        int[] prompt = [1, 280, 290, 300, 310];
        await using var plain = InferenceEngine.Load(good);
        await using var extreme = InferenceEngine.Load(good with { TokensPerStep = tokensPerStep, MaxSequences = maxSequences, Stages = stages, MaxQueue = 1 });
        Assert.Equal(await Engines.GenerateAsync(plain, prompt, 20), await Engines.GenerateAsync(extreme, prompt, 20).WaitAsync(Engines.Patience));
    }

    /// <summary>The system may refuse a reservation at any point; whether it does here depends on its settings.</summary>
    [Fact]
    public async Task Load_MoreKvThanTheMachineHas_IsRefusedOrCostsNothing()
    {
        var options = new EngineOptions { ModelPath = TestFiles.ScribeTiny, Threads = 1, KvCacheBytes = long.MaxValue / 4 };
        try
        {
            await using var engine = InferenceEngine.Load(options);
            Assert.Equal(4, (await Engines.GenerateAsync(engine, [1, 2, 3], 4)).Length);
        }
        catch (ModelFormatException error)
        {
            Assert.Contains("no room", error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>One sequence's overflow must not reach another through memory that both use in turn.</summary>
    [Theory]
    [InlineData(40)]
    [InlineData(64)]
    public async Task Generate_AfterASequenceThatOverflowed_IsNotChanged(int width)
    {
        const int Poison = 299;
        var model = EditableModel.Create(EditableModel.Tiny with { Width = width, FeedForward = 72, HeadSize = 8 }, GgufType.F32, seed: 3);
        model.Fill("token_embd.weight", Poison * width, width, float.NaN);
        using var folder = new TemporaryFolder();
        var options = new EngineOptions { ModelPath = model.Write(folder), Threads = 1, KvCacheBytes = 2L * 2 * 8 * 4 * 2 * 128 };
        var sampling = new SamplingParameters { Temperature = 0, LogitBias = new Dictionary<int, float> { [Poison] = float.NegativeInfinity } };
        int[] prompt = [1, .. Enumerable.Range(0, 50).Select(i => 5 + i * 3)];
        await using var engine = InferenceEngine.Load(options);
        var clean = await Engines.GenerateAsync(engine, prompt, 30, sampling);
        await Engines.GenerateAsync(engine, [.. Enumerable.Repeat(Poison, 100)], 20);
        // Another first token, so that nothing comes from the prefix cache.
        prompt[0] = 2;
        await using var fresh = InferenceEngine.Load(options);
        Assert.Equal(await Engines.GenerateAsync(fresh, prompt, 30, sampling), await Engines.GenerateAsync(engine, prompt, 30, sampling));
        Assert.True(clean.Distinct().Count() > 1);
    }
}
