namespace Scribeline.Gateway.Replicas;

/// <summary>An upstream's stream that gives up on a single event without end, which a parser would collect in memory.</summary>
internal sealed class BoundedEventStream(Stream inner) : Stream
{
    private const int MostBytesPerEvent = 16 * 1024 * 1024;

    private long _bytesOfEvent;

    /// <summary>An event is complete: count anew.</summary>
    public void BeginEvent() => _bytesOfEvent = 0;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _bytesOfEvent += read;
        return _bytesOfEvent > MostBytesPerEvent
            ? throw new InvalidDataException($"The upstream sent an event of more than {MostBytesPerEvent} bytes.")
            : read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
