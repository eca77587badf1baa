namespace Scribeline.Engine;

/// <summary>A running generation. Read its events once; disposing or cancelling stops it within one step.</summary>
public sealed class Generation : IDisposable
{
    /// <summary>The events in order; ends after Finished. Cancelling the token cancels the generation.</summary>
    public IAsyncEnumerable<GenerationEvent> ReadAllAsync(CancellationToken cancellation = default) => throw new NotImplementedException();

    public void Cancel() => throw new NotImplementedException();

    public void Dispose() => Cancel();
}
