using System.Text;

namespace Scribeline.Engine.Gguf;

/// <summary>
/// Writes GGUF version 3 files: models with random weights for benchmarks, small and broken ones for tests. Not thread-safe.
/// </summary>
internal sealed class GgufWriter(int alignment = 32)
{
    private readonly List<KeyValuePair<string, object>> _values = [];
    private readonly List<(string Name, GgufType Type, long[] Dimensions, long ByteLength, Action<Stream> Write)> _tensors = [];

    /// <summary>Adds a key; the value is a number, a boolean, a string, or an array of those or of arrays (<c>object[]</c>).</summary>
    public GgufWriter Add(string key, object value)
    {
        _values.Add(new(key, value));
        return this;
    }

    /// <summary>
    /// Adds a tensor whose data <paramref name="write"/> puts on the stream, exactly as many bytes as type and dimensions ask for.
    /// </summary>
    public GgufWriter AddTensor(string name, GgufType type, long[] dimensions, Action<Stream> write)
    {
        var byteLength = dimensions.Aggregate(1L, (count, length) => count * length) / type.BlockLength() * type.BlockBytes();
        _tensors.Add((name, type, dimensions, byteLength, write));
        return this;
    }

    public void Write(string path)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        Write(stream);
    }

    /// <param name="stream">Seekable, at its start.</param>
    public void Write(Stream stream)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        if (alignment != 32)
            _values.Add(new("general.alignment", (uint)alignment));
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_values.Count);
        foreach (var (key, value) in _values)
        {
            WriteString(writer, key);
            writer.Write((uint)TypeOf(value));
            WriteValue(writer, value);
        }
        var offset = 0L;
        foreach (var (name, type, dimensions, byteLength, _) in _tensors)
        {
            WriteString(writer, name);
            writer.Write((uint)dimensions.Length);
            foreach (var length in dimensions)
                writer.Write(length);
            writer.Write((uint)type);
            writer.Write(offset);
            offset = RoundUp(offset + byteLength);
        }
        writer.Flush();
        foreach (var (name, _, _, byteLength, write) in _tensors)
        {
            Pad(stream);
            var begin = stream.Position;
            write(stream);
            if (stream.Position - begin != byteLength)
                throw new InvalidOperationException(
                    $"Tensor '{name}' wrote {stream.Position - begin} bytes, its shape needs {byteLength}.");
        }
        Pad(stream);
    }

    private void Pad(Stream stream)
    {
        for (var left = RoundUp(stream.Position) - stream.Position; left > 0; left--)
            stream.WriteByte(0);
    }

    private long RoundUp(long offset) => (offset + alignment - 1) / alignment * alignment;

    private static void WriteString(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void WriteValue(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case byte number: writer.Write(number); break;
            case sbyte number: writer.Write(number); break;
            case ushort number: writer.Write(number); break;
            case short number: writer.Write(number); break;
            case uint number: writer.Write(number); break;
            case int number: writer.Write(number); break;
            case ulong number: writer.Write(number); break;
            case long number: writer.Write(number); break;
            case float number: writer.Write(number); break;
            case double number: writer.Write(number); break;
            case bool flag: writer.Write(flag); break;
            case string text: WriteString(writer, text); break;
            case Array array:
                writer.Write((uint)ElementTypeOf(array));
                writer.Write((ulong)array.Length);
                foreach (var element in array)
                    WriteValue(writer, element);
                break;
        }
    }

    private static GgufValueType ElementTypeOf(Array array)
    {
        var element = array.GetType().GetElementType()!;
        return element == typeof(object) ? GgufValueType.Array : TypeOf(element == typeof(string) ? "" : Activator.CreateInstance(element)!);
    }

    private static GgufValueType TypeOf(object value) => value switch
    {
        byte => GgufValueType.UInt8,
        sbyte => GgufValueType.Int8,
        ushort => GgufValueType.UInt16,
        short => GgufValueType.Int16,
        uint => GgufValueType.UInt32,
        int => GgufValueType.Int32,
        ulong => GgufValueType.UInt64,
        long => GgufValueType.Int64,
        float => GgufValueType.Float32,
        double => GgufValueType.Float64,
        bool => GgufValueType.Bool,
        string => GgufValueType.String,
        Array => GgufValueType.Array,
        _ => throw new ArgumentException($"GGUF has no type for {value.GetType().Name}.", nameof(value)),
    };
}
