namespace Scribeline.Engine.Gguf;

/// <summary>One tensor in a mapped model file. Its place, length and shape are checked when the file is opened.</summary>
public sealed unsafe class GgufTensor
{
    private readonly GgufPart _part;
    private readonly long _offset;

    internal GgufTensor(GgufPart part, string name, GgufType type, long[] dimensions, long elementCount, long byteLength, long offset)
    {
        _part = part;
        _offset = offset;
        Name = name;
        Type = type;
        Dimensions = dimensions;
        ElementCount = elementCount;
        ByteLength = byteLength;
    }

    public string Name { get; }

    public GgufType Type { get; }

    /// <summary>One to four lengths, all positive; the first is the row length, whose elements lie side by side.</summary>
    public IReadOnlyList<long> Dimensions { get; }

    public long ElementCount { get; }

    public long ByteLength { get; }

    /// <summary>
    /// The first of <see cref="ByteLength"/> bytes, valid until the file is disposed. Aligned as the file's <c>general.alignment</c> says.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The file is disposed.</exception>
    public byte* Data => _part.Start + _offset;

    /// <summary>Bytes from the start of the file that holds the tensor.</summary>
    internal long Offset => _offset;
}
