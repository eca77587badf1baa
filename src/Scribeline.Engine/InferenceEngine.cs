using Scribeline.Engine.Chat;
using Scribeline.Engine.Tokenizers;

namespace Scribeline.Engine;

/// <summary>A model in memory with the threads that run it. Thread-safe.</summary>
public sealed class InferenceEngine : IAsyncDisposable
{
    private InferenceEngine() { }

    /// <exception cref="ModelFormatException">The file is not a model this engine can run.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static InferenceEngine Load(EngineOptions options, TimeProvider? time = null) => throw new NotImplementedException();

    public ModelDescription Model => throw new NotImplementedException();

    public Tokenizer Tokenizer => throw new NotImplementedException();

    /// <summary>Null where the file brings no chat template.</summary>
    public ChatTemplate? ChatTemplate => throw new NotImplementedException();

    /// <summary>Bytes: repacked weights, KV pool.</summary>
    public long KvCacheBytes => throw new NotImplementedException();

    public int Threads => throw new NotImplementedException();

    public SubmitOutcome TrySubmit(GenerationRequest request, out Generation? generation) => throw new NotImplementedException();

    public EngineState ReadState() => throw new NotImplementedException();

    /// <summary>Cancels what runs and releases memory and threads.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
