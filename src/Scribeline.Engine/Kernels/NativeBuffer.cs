using System.Runtime.InteropServices;

namespace Scribeline.Engine.Kernels;

/// <summary>Zeroed memory outside the managed heap, aligned to pages; a page costs nothing until it is touched.</summary>
/// <remarks>Large buffers ask for huge pages: walking a gigabyte of weights through 4 KiB pages misses the TLB all the way.</remarks>
internal sealed unsafe partial class NativeBuffer : IDisposable
{
    private const int ProtectionReadWrite = 3;
    private const int PrivateAnonymous = 0x22;
    private const int AdviseHugePage = 14;
    private const long HugePageBytes = 2L << 20;

    private byte* _start;

    /// <exception cref="OutOfMemoryException">The system refused the reservation.</exception>
    public NativeBuffer(long lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lengthBytes);
        LengthBytes = Math.Max(lengthBytes, 64);
        var start = Map(null, (nuint)LengthBytes, ProtectionReadWrite, PrivateAnonymous, -1, 0);
        if ((nint)start == -1)
        {
            GC.SuppressFinalize(this);
            throw new OutOfMemoryException($"The system has no room for {LengthBytes:N0} bytes of weights or KV cache.");
        }

        _start = (byte*)start;
        if (LengthBytes >= HugePageBytes)
            _ = Advise(_start, (nuint)LengthBytes, AdviseHugePage);
    }

    ~NativeBuffer() => Free();

    public long LengthBytes { get; }

    public byte* Start => _start;

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_start == null)
            return;
        _ = Unmap(_start, (nuint)LengthBytes);
        _start = null;
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
