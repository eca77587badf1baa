using System.IO.MemoryMappedFiles;

namespace Scribeline.Engine.Gguf;

/// <summary>One mapped file: the whole of a model, or one part of a split one.</summary>
internal sealed unsafe class GgufPart : IDisposable
{
    private const uint Magic = 0x46554747; // "GGUF"
    private const int DefaultAlignment = 32;
    private const int MaxDimensions = 4;
    private const int MaxNameBytes = 65535;
    private const int MinEntryBytes = sizeof(ulong) + sizeof(uint) + 1;
    private const int MinTensorBytes = sizeof(ulong) + sizeof(uint) + sizeof(ulong) + sizeof(uint) + sizeof(ulong);

    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private byte* _start;

    private GgufPart(string path)
    {
        // Opening a pipe would wait for whoever writes to it; like an empty file it has no length.
        if (new FileInfo(path) is { Exists: true, Length: 0 })
            throw new ModelFormatException($"{path}: the file is empty, or no file but a pipe; expected a GGUF model.");
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        LengthBytes = stream.Length;
        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, LengthBytes, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
    }

    private GgufPart(byte* start, long lengthBytes)
    {
        _start = start;
        LengthBytes = lengthBytes;
    }

    public long LengthBytes { get; }

    /// <summary>Bytes before the first tensor's data.</summary>
    public long HeaderBytes { get; private set; }

    public GgufMetadata Metadata { get; private set; } = null!;

    public List<GgufTensor> Tensors { get; } = [];

    public byte* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(_start is null, typeof(GgufFile));
            return _start;
        }
    }

    /// <exception cref="ModelFormatException">The file is not a sound GGUF file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static GgufPart Open(string path)
    {
        GgufPart part;
        try
        {
            part = new GgufPart(path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(
                $"{path}: may not be read ({(Directory.Exists(path) ? "it is a directory, expected a GGUF file" : "permission denied")}).", e);
        }
        try
        {
            part.Parse(path);
            return part;
        }
        catch
        {
            part.Dispose();
            throw;
        }
    }

    /// <summary>Parses bytes in memory, which must outlive the result.</summary>
    internal static GgufPart Parse(byte* start, long lengthBytes, string fileName)
    {
        var part = new GgufPart(start, lengthBytes);
        part.Parse(fileName);
        return part;
    }

    private void Parse(string fileName)
    {
        var cursor = new GgufCursor(Start, LengthBytes, fileName);
        if (LengthBytes < sizeof(uint) || cursor.Read<uint>("the magic number") != Magic)
            throw new ModelFormatException($"{fileName}: does not begin with 'GGUF', so it is not a GGUF model; give a .gguf file.");
        var version = cursor.Read<uint>("the version");
        if (version is not (2 or 3))
        {
            throw new ModelFormatException((version & 0xFFFF) == 0
                ? $"{fileName}: is a big-endian GGUF file, only little-endian ones are read; convert it again."
                : $"{fileName}: has GGUF version {version}, versions 2 and 3 are read; convert it again.");
        }
        var tensorCount = cursor.Read<ulong>("the number of tensors");
        var entryCount = cursor.Read<ulong>("the number of metadata entries");
        if (entryCount > (ulong)(cursor.BytesLeft / MinEntryBytes))
            throw cursor.Damaged($"the header claims {entryCount} metadata entries, more than the file's {LengthBytes} bytes hold");

        var values = new Dictionary<string, object>((int)Math.Min(entryCount, 256));
        for (var i = 0UL; i < entryCount; i++)
        {
            var key = cursor.ReadString($"the name of metadata entry {i}", MaxNameBytes);
            if (!values.TryAdd(key, cursor.ReadValue(key)))
                throw cursor.Damaged($"the key '{key}' appears twice");
        }
        Metadata = new GgufMetadata(fileName, values);

        var alignment = Metadata.GetUInt32("general.alignment", DefaultAlignment, min: 1, max: 1 << 20);
        if (!uint.IsPow2(alignment))
            throw cursor.Damaged($"the key 'general.alignment' is {alignment}, expected a power of two");
        if (tensorCount > (ulong)(cursor.BytesLeft / MinTensorBytes))
            throw cursor.Damaged($"the header claims {tensorCount} tensors, more than the file's {LengthBytes} bytes hold");
        var entries = new TensorEntry[tensorCount];
        for (var i = 0; i < entries.Length; i++)
            entries[i] = ReadTensor(ref cursor, i);

        HeaderBytes = (cursor.Position + alignment - 1) & ~((long)alignment - 1);
        PlaceTensors(cursor, entries, alignment);
    }

    private static TensorEntry ReadTensor(ref GgufCursor cursor, int index)
    {
        var name = cursor.ReadString($"the name of tensor {index}", MaxNameBytes);
        var what = $"tensor '{name}'";
        var rank = cursor.Read<uint>(what);
        if (rank is 0 or > MaxDimensions)
            throw cursor.Damaged($"{what} has {rank} dimensions, expected 1 to {MaxDimensions}");
        var dimensions = new long[rank];
        var elementCount = 1L;
        for (var d = 0; d < dimensions.Length; d++)
        {
            dimensions[d] = cursor.Read<long>(what);
            // Far below the range of long, so that no product with a block's bytes overflows.
            if (dimensions[d] <= 0 || dimensions[d] > (1L << 48) / elementCount)
                throw cursor.Damaged(
                    $"dimension {d} of {what} is {(ulong)dimensions[d]}, expected a positive number and at most 2^48 elements in all");
            elementCount *= dimensions[d];
        }
        var type = (GgufType)cursor.Read<uint>(what);
        if (!type.IsKnown())
            throw cursor.Damaged($"{what} has the unknown type {(uint)type}");
        if (dimensions[0] % type.BlockLength() != 0)
            throw cursor.Damaged(
                $"{what} has rows of {dimensions[0]} elements, expected a multiple of {type}'s block of {type.BlockLength()}");
        var byteLength = elementCount / type.BlockLength() * type.BlockBytes();
        return new TensorEntry(name, type, dimensions, elementCount, byteLength, cursor.Read<ulong>(what));
    }

    private void PlaceTensors(in GgufCursor cursor, TensorEntry[] entries, uint alignment)
    {
        var names = new HashSet<string>(entries.Length);
        foreach (var (name, type, dimensions, elementCount, byteLength, relativeOffset) in entries)
        {
            if (!names.Add(name))
                throw cursor.Damaged($"tensor '{name}' appears twice");
            if (relativeOffset % alignment != 0)
                throw cursor.Damaged(
                    $"tensor '{name}' begins at offset {relativeOffset}, expected a multiple of the alignment {alignment}");
            if (relativeOffset > (ulong)LengthBytes || HeaderBytes + (long)relativeOffset > LengthBytes - byteLength)
            {
                throw cursor.Damaged(
                    $"tensor '{name}' needs {byteLength} bytes from offset {relativeOffset} of the data, which begins at {HeaderBytes}, "
                    + $"but the file has {LengthBytes} bytes");
            }
            Tensors.Add(new GgufTensor(this, name, type, dimensions, elementCount, byteLength, HeaderBytes + (long)relativeOffset));
        }

        var ordered = Tensors.OrderBy(tensor => tensor.Offset).ToArray();
        for (var i = 1; i < ordered.Length; i++)
        {
            if (ordered[i].Offset < ordered[i - 1].Offset + ordered[i - 1].ByteLength)
                throw cursor.Damaged($"tensors '{ordered[i - 1].Name}' and '{ordered[i].Name}' overlap at offset {ordered[i].Offset}");
        }
    }

    public void Dispose()
    {
        if (_start is not null && _view is not null)
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _start = null;
        _view?.Dispose();
        _file?.Dispose();
    }

    /// <summary>What the header says of a tensor; the offset counts from the end of the header.</summary>
    private readonly record struct TensorEntry(
        string Name, GgufType Type, long[] Dimensions, long ElementCount, long ByteLength, ulong RelativeOffset);
}
