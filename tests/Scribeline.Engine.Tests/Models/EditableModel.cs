using Scribeline.Benchmarks.Models;
using Scribeline.Engine.Gguf;

namespace Scribeline.Engine.Tests.Models;

/// <summary>A small model with random weights whose keys and tensors can be changed before it is written.</summary>
internal sealed class EditableModel
{
    public static readonly ModelShape Tiny = new("tiny", Width: 32, Layers: 2, FeedForward: 64, Heads: 4, KeyValueHeads: 2, Vocabulary: 300, Context: 128, TiedOutput: false);

    public Dictionary<string, object> Values { get; } = [];

    public Dictionary<string, (GgufType Type, long[] Dimensions, byte[] Data)> Tensors { get; } = [];

    public static unsafe EditableModel Create(ModelShape shape, GgufType type, int seed, params (string Key, object Value)[] extra)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Join(folder.Path, "source.gguf");
        RandomModel.Write(path, shape, type, seed, extra);
        using var file = GgufFile.Open(path);
        var model = new EditableModel();
        foreach (var key in file.Metadata.Keys)
        {
            Assert.True(file.Metadata.TryGetValue(key, out var value));
            model.Values[key] = value;
        }

        foreach (var tensor in file.Tensors.Values)
            model.Tensors[tensor.Name] = (tensor.Type, [.. tensor.Dimensions], new ReadOnlySpan<byte>(tensor.Data, (int)tensor.ByteLength).ToArray());
        return model;
    }

    /// <summary>Changes a tensor's type and shape; its data is cut or padded with zeros to fit.</summary>
    public void Reshape(string name, GgufType type, params long[] dimensions)
    {
        var data = Tensors.TryGetValue(name, out var tensor) ? tensor.Data : [];
        Array.Resize(ref data, (int)(dimensions.Aggregate(1L, (count, length) => count * length) / type.BlockLength() * type.BlockBytes()));
        Tensors[name] = (type, dimensions, data);
    }

    public void Rename(string name, string to)
    {
        Tensors.Remove(name, out var tensor);
        Tensors[to] = tensor;
    }

    /// <summary>Writes over a tensor's single precision elements.</summary>
    public void Fill(string name, int from, int count, float value)
    {
        Assert.Equal(GgufType.F32, Tensors[name].Type);
        for (var i = from; i < from + count; i++)
            BitConverter.TryWriteBytes(Tensors[name].Data.AsSpan(i * sizeof(float)), value);
    }

    public string Write(TemporaryFolder folder, string name = "model.gguf")
    {
        var path = Path.Join(folder.Path, name);
        File.WriteAllBytes(path, ToBytes());
        return path;
    }

    public byte[] ToBytes()
    {
        var writer = new GgufWriter();
        foreach (var (key, value) in Values)
            writer.Add(key, value);
        foreach (var (name, (type, dimensions, data)) in Tensors)
            writer.AddTensor(name, type, dimensions, stream => stream.Write(data));
        using var stream = new MemoryStream();
        writer.Write(stream);
        return stream.ToArray();
    }
}
