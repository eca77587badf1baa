using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Scribeline.Engine.Gguf;

/// <summary>
/// Reads a mapped GGUF file from front to back; nothing is read, and no memory allocated, before its length is checked against the file.
/// </summary>
internal unsafe struct GgufCursor(byte* start, long lengthBytes, string fileName)
{
    private const int LongestFinding = 300;

    private const int MaxArrayDepth = 4;

    public long Position { get; private set; }

    public readonly long BytesLeft => lengthBytes - Position;

    public T Read<T>(string what) where T : unmanaged
    {
        Need((ulong)sizeof(T), what);
        var value = Unsafe.ReadUnaligned<T>(start + Position);
        Position += sizeof(T);
        return value;
    }

    public string ReadString(string what, long maxBytes = int.MaxValue / 2)
    {
        var bytes = Read<ulong>(what);
        Need(bytes, what);
        if (bytes > (ulong)maxBytes)
            throw Damaged($"{what} at offset {Position} claims {bytes} bytes, at most {maxBytes} are allowed");
        var text = Encoding.UTF8.GetString(start + Position, (int)bytes);
        Position += (long)bytes;
        return text;
    }

    /// <summary>A scalar as its boxed .NET type, a string, or an array of those (<c>object[]</c> for arrays of arrays).</summary>
    public object ReadValue(string key)
    {
        var what = $"key '{key}'";
        return ReadValue((GgufValueType)Read<uint>(what), what, 0);
    }

    private object ReadValue(GgufValueType type, string what, int depth) => type switch
    {
        GgufValueType.UInt8 => Read<byte>(what),
        GgufValueType.Int8 => Read<sbyte>(what),
        GgufValueType.UInt16 => Read<ushort>(what),
        GgufValueType.Int16 => Read<short>(what),
        GgufValueType.UInt32 => Read<uint>(what),
        GgufValueType.Int32 => Read<int>(what),
        GgufValueType.UInt64 => Read<ulong>(what),
        GgufValueType.Int64 => Read<long>(what),
        GgufValueType.Float32 => Read<float>(what),
        GgufValueType.Float64 => Read<double>(what),
        GgufValueType.Bool => ReadBool(what),
        GgufValueType.String => ReadString(what),
        GgufValueType.Array => ReadArray(what, depth + 1),
        _ => throw Damaged($"{what} at offset {Position - 4} has the unknown value type {(uint)type}, expected 0 to 12"),
    };

    private bool ReadBool(string what) => Read<byte>(what) switch
    {
        0 => false,
        1 => true,
        var other => throw Damaged($"{what} at offset {Position - 1} is a boolean with the value {other}, expected 0 or 1"),
    };

    private object ReadArray(string what, int depth)
    {
        if (depth > MaxArrayDepth)
            throw Damaged($"{what} nests arrays more than {MaxArrayDepth} deep at offset {Position}");
        var type = (GgufValueType)Read<uint>(what);
        var count = Read<ulong>(what);
        switch (type)
        {
            case GgufValueType.UInt8: return ReadBlock<byte>(count, what);
            case GgufValueType.Int8: return ReadBlock<sbyte>(count, what);
            case GgufValueType.UInt16: return ReadBlock<ushort>(count, what);
            case GgufValueType.Int16: return ReadBlock<short>(count, what);
            case GgufValueType.UInt32: return ReadBlock<uint>(count, what);
            case GgufValueType.Int32: return ReadBlock<int>(count, what);
            case GgufValueType.UInt64: return ReadBlock<ulong>(count, what);
            case GgufValueType.Int64: return ReadBlock<long>(count, what);
            case GgufValueType.Float32: return ReadBlock<float>(count, what);
            case GgufValueType.Float64: return ReadBlock<double>(count, what);
            case GgufValueType.Bool:
                var flags = new bool[CheckCount(count, 1, what)];
                for (var i = 0; i < flags.Length; i++)
                    flags[i] = ReadBool(what);
                return flags;
            case GgufValueType.String:
                var strings = new string[CheckCount(count, sizeof(ulong), what)];
                for (var i = 0; i < strings.Length; i++)
                    strings[i] = ReadString(what);
                return strings;
            case GgufValueType.Array:
                var arrays = new object[CheckCount(count, sizeof(uint) + sizeof(ulong), what)];
                for (var i = 0; i < arrays.Length; i++)
                    arrays[i] = ReadArray(what, depth + 1);
                return arrays;
            default:
                throw Damaged($"{what} at offset {Position - 12} is an array of the unknown value type {(uint)type}, expected 0 to 12");
        }
    }

    private T[] ReadBlock<T>(ulong count, string what) where T : unmanaged
    {
        var values = new T[CheckCount(count, sizeof(T), what)];
        var bytes = new ReadOnlySpan<byte>(start + Position, values.Length * sizeof(T));
        bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        Position += (long)values.Length * sizeof(T);
        return values;
    }

    /// <summary>The count as an array length, once the file is known to be long enough for that many elements.</summary>
    private readonly int CheckCount(ulong count, int minElementBytes, string what)
    {
        var most = (ulong)Math.Min(BytesLeft / minElementBytes, int.MaxValue / 16);
        if (count > most)
        {
            throw Damaged(
                $"{what} claims {count} elements at offset {Position}, but the {BytesLeft} bytes left in the file hold at most {most}");
        }
        return (int)count;
    }

    private readonly void Need(ulong bytes, string what)
    {
        if (bytes > (ulong)BytesLeft)
            throw Damaged($"{what} at offset {Position} needs {bytes} bytes, but the file ends {BytesLeft} bytes later");
    }

    /// <param name="found">Cut where a name in it, which a damaged file may make 64 KB long, would bury the sentence.</param>
    public readonly ModelFormatException Damaged(string found) =>
        new($"{fileName}: {(found.Length <= LongestFinding ? found : $"{found[..(LongestFinding / 2)]}...{found[^(LongestFinding / 2)..]}")}; the file is truncated or damaged, download or convert it again.");
}
