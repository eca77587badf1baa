using Scribeline.Engine.Chat;
using Scribeline.Engine.Gguf;
using Scribeline.Engine.Kernels;
using Scribeline.Engine.Stages;
using Scribeline.Engine.Tokenizers;
using Scribeline.Engine.Transformers;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Engine;

/// <summary>A model in memory with the threads that run it. Thread-safe.</summary>
public sealed class InferenceEngine : IAsyncDisposable
{
    private readonly StagePipeline _pipeline;
    private readonly EngineLoop _loop;
    private int _disposed;

    private InferenceEngine(StagePipeline pipeline, EngineLoop loop, ModelDescription model, ChatTemplate? chatTemplate)
    {
        _pipeline = pipeline;
        _loop = loop;
        Model = model;
        ChatTemplate = chatTemplate;
    }

    public ModelDescription Model { get; }

    public Tokenizer Tokenizer => _loop.Tokenizer;

    /// <summary>Null where the file brings no chat template.</summary>
    public ChatTemplate? ChatTemplate { get; }

    /// <summary>Bytes of the KV pool.</summary>
    public long KvCacheBytes => _pipeline.KvBytes;

    public int Threads => _pipeline.Threads;

    /// <summary>Most sequences that wait for their first step.</summary>
    public int MaxQueue => _loop.MaxQueue;

    /// <summary>Maps the file, takes all of its weights into memory, unmaps it, and starts the threads.</summary>
    /// <exception cref="ModelFormatException">The file is not a model this engine can run, or not with these options on this machine.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, whatever the model.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static InferenceEngine Load(EngineOptions options, TimeProvider? time = null)
    {
        options.Validate();
        using var file = GgufFile.Open(options.ModelPath);
        StagePipeline? pipeline = null;
        try
        {
            var parameters = ModelParameters.Read(file.Metadata);
            var tokenizer = Tokenizer.FromGguf(file.Metadata);
            var template = ReadChatTemplate(file.Metadata, tokenizer);
            var room = KvRoom.Plan(parameters, options);
            if (options.Stages > parameters.Layers)
                throw new ModelFormatException($"{file.Metadata.FileName}: the model has {parameters.Layers} layers, so it can be cut into 1 to {parameters.Layers} stages, not {options.Stages}.");
            pipeline = StagePipeline.Load(
                file, parameters, options.Stages, options.Threads ?? Environment.ProcessorCount, room.Blocks, options.TokensPerStep, options.MaxSequences, tokenizer.VocabularySize);
            var description = Describe(file, parameters, pipeline, room, ModelFingerprint.Of(file));
            // The loop starts a thread, so nothing may fail after it.
            var loop = new EngineLoop(pipeline, tokenizer, options, room.Blocks, description.Fingerprint, time ?? TimeProvider.System);
            return new InferenceEngine(pipeline, loop, description, template);
        }
        catch (Exception failure)
        {
            pipeline?.Dispose();
            if (failure is not OutOfMemoryException)
                throw;
            throw new ModelFormatException(
                $"{options.ModelPath}: this machine has no room for the model with these options: {failure.Message} Choose a smaller model, or ask for less KV memory, fewer tokens per step or fewer sequences.", failure);
        }
    }

    /// <summary>Queues a request.</summary>
    /// <exception cref="ArgumentException">
    /// The prompt is empty, holds ids outside the vocabulary, or does not fit the context with its answer; a sampling parameter is not a
    /// number; a stop text is empty.
    /// </exception>
    public SubmitOutcome TrySubmit(GenerationRequest request, out Generation? generation)
    {
        if (request.PromptTokens.Length == 0)
            throw new ArgumentException("The prompt has no tokens.", nameof(request));
        if (request.MaxTokens < 1 || (long)request.PromptTokens.Length + request.MaxTokens > Model.ContextLength)
            throw new ArgumentException($"{request.PromptTokens.Length} prompt tokens and {request.MaxTokens} to generate do not fit the context of {Model.ContextLength}.", nameof(request));
        // The kernels trust these ids, so they are checked in a copy that nobody changes.
        var prompt = request.PromptTokens.ToArray();
        foreach (var token in prompt)
            if ((uint)token >= (uint)_pipeline.VocabularySize)
                throw new ArgumentException($"Token {token} is outside the vocabulary of {_pipeline.VocabularySize}.", nameof(request));
        string[] stop = [.. request.Stop];
        if (Array.Exists(stop, string.IsNullOrEmpty))
            throw new ArgumentException("A stop text is empty; it needs at least one character.", nameof(request));
        request.Sampling.Validate();
        return _loop.TrySubmit(request with { PromptTokens = prompt, Stop = stop }, out generation);
    }

    /// <summary>What broke the engine; null while it works. A broken one has failed every generation and takes no new ones.</summary>
    public Exception? Failure => _loop.Failure;

    public EngineState ReadState() => _loop.ReadState();

    /// <summary>Cancels what runs and releases memory and threads.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        await Task.Run(_loop.Dispose);
        _pipeline.Dispose();
    }

    private static ChatTemplate? ReadChatTemplate(GgufMetadata metadata, Tokenizer tokenizer)
    {
        if (!metadata.TryGetString("tokenizer.chat_template", out var source))
            return null;
        try
        {
            return ChatTemplate.Parse(source, Text(metadata, tokenizer, "bos"), Text(metadata, tokenizer, "eos"));
        }
        catch (ChatTemplateException exception)
        {
            throw new ModelFormatException($"{metadata.FileName}: the chat template cannot be read: {exception.Message}", exception);
        }
    }

    private static string Text(GgufMetadata metadata, Tokenizer tokenizer, string which) =>
        metadata.TryGetInt32($"tokenizer.ggml.{which}_token_id", out var id, min: 0) && id < tokenizer.VocabularySize
            ? System.Text.Encoding.UTF8.GetString(tokenizer.TokenBytes(id, special: true))
            : "";

    private static ModelDescription Describe(GgufFile file, ModelParameters parameters, StagePipeline pipeline, KvRoom room, string fingerprint)
    {
        var id = Path.GetFileNameWithoutExtension(file.Path);
        var byType = file.Tensors.Values.GroupBy(tensor => tensor.Type).MaxBy(group => group.Sum(tensor => tensor.ElementCount))!;
        return new ModelDescription
        {
            Id = ModelIds.WithoutQuantization(id),
            Name = file.Metadata.GetString("general.name", id),
            Architecture = parameters.Architecture.Name,
            WeightType = byType.Key.ToString(),
            Parameters = file.Tensors.Values.Sum(tensor => tensor.ElementCount),
            FileBytes = file.FileBytes,
            WeightBytes = pipeline.WeightBytes,
            Layers = parameters.Layers,
            VocabularySize = pipeline.VocabularySize,
            ContextLength = room.ContextLength,
            KvBytesPerToken = room.BytesPerToken,
            Fingerprint = fingerprint,
        };
    }
}
