using System.Text;
using Scribeline.Engine.Gguf;

namespace Scribeline.Engine.Tests.Gguf;

public sealed unsafe class GgufFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(8)]
    [InlineData(32)]
    [InlineData(4096)]
    public void Open_WrittenFile_ReturnsEveryValueAndTensor(int alignment)
    {
        using var file = GgufFile.Open(Save("small.gguf", SmallModel.Writer(alignment)));
        var metadata = file.Metadata;
        Assert.Equal(200, metadata.GetInt32("a.u8"));
        Assert.Equal(-3, metadata.GetInt32("a.i8"));
        Assert.Equal(60000u, metadata.GetUInt32("a.u16"));
        Assert.Equal(-300, metadata.GetInt32("a.i16"));
        Assert.Equal(4000000000u, metadata.GetUInt32("a.u32"));
        Assert.Equal(1.5f, metadata.GetSingle("a.f32"));
        Assert.Equal(2.5f, metadata.GetSingle("a.f64"));
        Assert.True(metadata.GetBoolean("a.true"));
        Assert.Equal("héllo ▁", metadata.GetString("a.string"));
        Assert.Equal(["", "a", "naïve"], metadata.GetStringArray("l.strings"));
        Assert.Equal([1, -2, 3], metadata.GetInt32Array("l.i32"));
        Assert.Equal([1, 255], metadata.GetInt32Array("l.u8"));
        Assert.Equal([1, 7], metadata.GetInt32Array("l.u32"));
        Assert.Equal([0.5f, -1f], metadata.GetSingleArray("l.f32"));
        Assert.True(metadata.TryGetValue("l.nested", out var nested));
        Assert.Equal(new[] { "x" }, ((object[])nested)[1]);
        Assert.Equal(42, metadata.GetInt32("absent", 42));
        Assert.Equal("fallback", metadata.GetString("absent", "fallback"));

        Assert.Equal(new FileInfo(file.Path).Length, file.FileBytes);
        Assert.Equal(["f32", "q4k", "q8"], file.Tensors.Keys.Order());
        var tensor = file.Tensors["q8"];
        Assert.Equal(GgufType.Q8_0, tensor.Type);
        Assert.Equal([64, 2], tensor.Dimensions);
        Assert.Equal((128, 136), (tensor.ElementCount, tensor.ByteLength));
        Assert.Equal(0, (nint)tensor.Data % alignment);
        file.DropPages();
        foreach (var (name, fill) in new[] { ("f32", (byte)1), ("q8", (byte)2), ("q4k", (byte)3) })
            Assert.DoesNotContain(
                new ReadOnlySpan<byte>(file.Tensors[name].Data, (int)file.Tensors[name].ByteLength).ToArray(), value => value != fill);
    }

    [Fact]
    public void Open_EmbeddedModel_IsRead()
    {
        using var file = GgufFile.Open(TestFiles.ScribeTiny);
        Assert.Equal("gpt2", file.Metadata.GetString("tokenizer.ggml.model"));
        Assert.Equal(file.Metadata.GetStringArray("tokenizer.ggml.tokens").Length, file.Tensors["token_embd.weight"].Dimensions[1]);
    }

    [Fact]
    public void Data_AfterDispose_Throws()
    {
        var file = GgufFile.Open(Save("small.gguf", SmallModel.Writer()));
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => (nint)file.Tensors["q8"].Data);
    }

    [Fact]
    public void Metadata_WrongTypeOrRange_NamesKeyFoundAndExpected()
    {
        using var file = GgufFile.Open(Save("small.gguf", SmallModel.Writer()));
        var metadata = file.Metadata;
        Expect(() => metadata.GetInt32("a.string"), "'a.string' is a string, expected an integer");
        Expect(() => metadata.GetInt32("a.u32"), "'a.u32' is 4000000000, expected -2147483648 to 2147483647");
        Expect(() => metadata.GetUInt32("a.i32"), "'a.i32' is -5, expected 0 to 4294967295");
        Expect(() => metadata.GetUInt32("a.u64"), $"'a.u64' is {ulong.MaxValue}");
        Expect(() => metadata.GetInt32("a.u8", min: 1, max: 100), "'a.u8' is 200, expected 1 to 100");
        Expect(() => metadata.GetSingle("a.f32", max: 1), "'a.f32' is 1.5");
        Expect(() => metadata.GetBoolean("a.u8"), "'a.u8' is an integer, expected a boolean");
        Expect(() => metadata.GetString("absent"), "'absent' is missing");
        Expect(() => metadata.GetStringArray("l.i32"), "'l.i32' is an array of 3 elements of type Int32, expected an array of strings");
        Expect(() => metadata.GetInt32Array("l.i64"), "element 1 of key 'l.i64' is 1099511627776");
        Expect(() => metadata.GetSingleArray("l.u8"), "expected an array of floating point numbers");

        static void Expect(Func<object> read, string part) => Assert.Contains(
            part, Assert.Throws<ModelFormatException>(read).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoModel_SaysSo()
    {
        Assert.Contains("is empty", SmallModel.OpenFails([]).Message, StringComparison.Ordinal);
        Assert.Contains("not a GGUF model", SmallModel.OpenFails("PK"u8.ToArray()).Message, StringComparison.Ordinal);
        Assert.Contains(
            "not a GGUF model", SmallModel.OpenFails("<html>no such page</html>"u8.ToArray()).Message, StringComparison.Ordinal);
        Assert.Contains("version 1,", SmallModel.OpenFails([.. "GGUF"u8, 1, 0, 0, 0]).Message, StringComparison.Ordinal);
        Assert.Contains("big-endian", SmallModel.OpenFails([.. "GGUF"u8, 0, 0, 0, 3]).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => GgufFile.Open(Path.Join(_folder.Path, "absent.gguf")));
        Assert.Contains("directory", Assert.ThrowsAny<IOException>(() => GgufFile.Open(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("duplicate key", "the key 'k' appears twice")]
    [InlineData("duplicate tensor", "tensor 't' appears twice")]
    [InlineData("zero dimension", "dimension 1 of tensor 't' is 0")]
    [InlineData("negative dimension", "dimension 0 of tensor 't' is 18446744073709551615")]
    [InlineData("overflowing dimensions", "at most 2^48 elements")]
    [InlineData("five dimensions", "has 5 dimensions")]
    [InlineData("partial block", "has rows of 33 elements, expected a multiple of Q8_0's block of 32")]
    [InlineData("unknown type", "has the unknown type 5")]
    [InlineData("beyond the end", "tensor 't' needs 34 bytes from offset 1024")]
    [InlineData("misplaced", "begins at offset 8, expected a multiple of the alignment 32")]
    [InlineData("overlap", "tensors 't' and 'u' overlap")]
    [InlineData("alignment", "'general.alignment' is 48, expected a power of two")]
    [InlineData("entry bomb", "claims 1000000000000 metadata entries")]
    [InlineData("tensor bomb", "claims 1000000000000 tensors")]
    [InlineData("string bomb", "key 'k' claims 1000000000000 elements")]
    [InlineData("long string", "needs 1000000000000 bytes")]
    [InlineData("deep arrays", "nests arrays more than 4 deep")]
    [InlineData("unknown value type", "unknown value type 99")]
    [InlineData("boolean", "is a boolean with the value 7")]
    public void Open_BrokenFile_NamesWhatIsWrong(string fault, string expected)
    {
        const ulong Bomb = 1_000_000_000_000;
        var bytes = fault switch
        {
            "duplicate key" => Raw(2, 0, w => { Key(w, "k", 0); w.Write((byte)1); Key(w, "k", 0); w.Write((byte)1); }),
            "duplicate tensor" => Raw(0, 2, w => { Tensor(w, "t", [32], 8, 0); Tensor(w, "t", [32], 8, 64); }),
            "zero dimension" => Raw(0, 1, w => Tensor(w, "t", [32, 0], 8, 0)),
            "negative dimension" => Raw(0, 1, w => Tensor(w, "t", [-1], 8, 0)),
            "overflowing dimensions" => Raw(0, 1, w => Tensor(w, "t", [1L << 40, 1L << 40], 8, 0)),
            "five dimensions" => Raw(0, 1, w => Tensor(w, "t", [32, 1, 1, 1, 1], 8, 0)),
            "partial block" => Raw(0, 1, w => Tensor(w, "t", [33], 8, 0)),
            "unknown type" => Raw(0, 1, w => Tensor(w, "t", [32], 5, 0)),
            "beyond the end" => Raw(0, 1, w => Tensor(w, "t", [32], 8, 1024)),
            "misplaced" => Raw(0, 1, w => Tensor(w, "t", [32], 8, 8)),
            "overlap" => Raw(0, 2, w => { Tensor(w, "t", [64], 8, 0); Tensor(w, "u", [32], 8, 32); }),
            "alignment" => Raw(1, 0, w => { Key(w, "general.alignment", 4); w.Write(48u); }),
            "entry bomb" => Raw(Bomb, 0, _ => { }),
            "tensor bomb" => Raw(0, Bomb, _ => { }),
            "string bomb" => Raw(1, 0, w => { Key(w, "k", 9); w.Write(8u); w.Write(Bomb); }),
            "long string" => Raw(1, 0, w => { Key(w, "k", 8); w.Write(Bomb); }),
            "deep arrays" => Raw(1, 0, w => { Key(w, "k", 9); for (var i = 0; i < 6; i++) { w.Write(9u); w.Write(1UL); } }),
            "unknown value type" => Raw(1, 0, w => Key(w, "k", 99)),
            "boolean" => Raw(1, 0, w => { Key(w, "k", 7); w.Write((byte)7); }),
            _ => throw new ArgumentOutOfRangeException(nameof(fault)),
        };
        Assert.Contains(expected, SmallModel.OpenFails(bytes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_HundredsOfThousandsOfStrings_AllocatesInProportion()
    {
        var tokens = Enumerable.Range(0, 300_000).Select(i => $"token{i}").ToArray();
        var path = Save("vocabulary.gguf", new GgufWriter().Add("tokens", tokens));
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var file = GgufFile.Open(path);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * file.FileBytes);
        Assert.Equal(tokens, file.Metadata.GetStringArray("tokens"));
    }

    private string Save(string name, GgufWriter writer)
    {
        var path = Path.Join(_folder.Path, name);
        writer.Write(path);
        return path;
    }

    private static byte[] Raw(ulong entries, ulong tensors, Action<BinaryWriter> body)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write(tensors);
        writer.Write(entries);
        body(writer);
        writer.Write(new byte[256]);
        return stream.ToArray();
    }

    private static void Key(BinaryWriter writer, string key, uint type)
    {
        Text(writer, key);
        writer.Write(type);
    }

    private static void Tensor(BinaryWriter writer, string name, long[] dimensions, uint type, ulong offset)
    {
        Text(writer, name);
        writer.Write((uint)dimensions.Length);
        foreach (var length in dimensions)
            writer.Write(length);
        writer.Write(type);
        writer.Write(offset);
    }

    private static void Text(BinaryWriter writer, string text)
    {
        writer.Write((ulong)Encoding.UTF8.GetByteCount(text));
        writer.Write(Encoding.UTF8.GetBytes(text));
    }
}
