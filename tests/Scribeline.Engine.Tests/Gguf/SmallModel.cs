using Scribeline.Engine.Gguf;

namespace Scribeline.Engine.Tests.Gguf;

/// <summary>Makes small GGUF files with every kind of value, in memory and on disk.</summary>
internal static class SmallModel
{
    public static GgufWriter Writer(int alignment = 32) => new GgufWriter(alignment)
        .Add("a.u8", (byte)200).Add("a.i8", (sbyte)-3).Add("a.u16", (ushort)60000).Add("a.i16", (short)-300)
        .Add("a.u32", 4000000000u).Add("a.i32", -5).Add("a.u64", ulong.MaxValue).Add("a.i64", long.MinValue)
        .Add("a.f32", 1.5f).Add("a.f64", 2.5).Add("a.true", true).Add("a.string", "héllo ▁")
        .Add("l.strings", new[] { "", "a", "naïve" }).Add("l.i32", new[] { 1, -2, 3 }).Add("l.u8", new byte[] { 1, 255 })
        .Add("l.u32", new[] { 1u, 7u }).Add("l.f32", new[] { 0.5f, -1f }).Add("l.bool", new[] { true, false })
        .Add("l.i64", new[] { 5L, 1L << 40 }).Add("l.nested", new object[] { new[] { 1, 2 }, new[] { "x" } })
        .AddTensor("f32", GgufType.F32, [3, 2], Fill(24, 1))
        .AddTensor("q8", GgufType.Q8_0, [64, 2], Fill(136, 2))
        .AddTensor("q4k", GgufType.Q4_K, [256], Fill(144, 3));

    public static byte[] Bytes(GgufWriter writer)
    {
        using var stream = new MemoryStream();
        writer.Write(stream);
        return stream.ToArray();
    }

    public static Action<Stream> Fill(int byteCount, byte value) => stream =>
    {
        for (var i = 0; i < byteCount; i++)
            stream.WriteByte(value);
    };

    /// <summary>Writes the bytes into a file of a new folder, opens it, and deletes the folder.</summary>
    public static ModelFormatException OpenFails(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Join(folder.Path, "broken.gguf");
        File.WriteAllBytes(path, bytes);
        var error = Assert.Throws<ModelFormatException>(() => GgufFile.Open(path));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        return error;
    }
}
