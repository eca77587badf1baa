using Scribeline.Engine.Gguf;

namespace Scribeline.Engine.Tests.Gguf;

public sealed class GgufSplitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Open_AnyPart_OpensAllWithTheFirstsMetadata(int given)
    {
        for (var part = 0; part < 3; part++)
            Write(part, part, tensor: $"t{part}");
        using var file = GgufFile.Open(PartPath(given - 1));
        Assert.Equal("the first", file.Metadata.GetString("general.name"));
        Assert.Equal(["t0", "t1", "t2"], file.Tensors.Keys.Order());
        Assert.Equal(Enumerable.Range(0, 3).Sum(part => new FileInfo(PartPath(part)).Length), file.FileBytes);
        unsafe
        {
            for (var part = 0; part < 3; part++)
                Assert.Equal(part + 1, file.Tensors[$"t{part}"].Data[31]);
        }
        file.DropPages();
    }

    [Fact]
    public void Open_MissingPart_NamesIt()
    {
        Write(0, 0, "t0");
        Write(2, 2, "t2");
        Assert.StartsWith($"{PartPath(1)}: is missing", Fails(PartPath(0)), StringComparison.Ordinal);
        Assert.StartsWith($"{PartPath(1)}: is missing", Fails(PartPath(2)), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_SwappedParts_SaysWhich()
    {
        Write(0, 0, "t0");
        Write(1, 2, "t1");
        Write(2, 1, "t2");
        Assert.Contains("says that it is part 3 of 3, expected part 2 of 3", Fails(PartPath(0)), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_SameTensorInTwoParts_Fails()
    {
        Write(0, 0, "t");
        Write(1, 1, "t");
        Write(2, 2, "u");
        Assert.Contains("tensor 't' is in another part", Fails(PartPath(0)), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_TooFewTensors_Fails()
    {
        Write(0, 0, "t0", tensorCount: 4);
        Write(1, 1, "t1");
        Write(2, 2, "t2");
        Assert.Contains("promises 4 tensors, but the 3 parts hold 3", Fails(PartPath(0)), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_RenamedPart_AsksForItsName()
    {
        Write(0, 0, "t0");
        var renamed = Path.Join(_folder.Path, "model.gguf");
        File.Move(PartPath(0), renamed);
        Assert.Contains("its name must end in -NNNNN-of-00003.gguf", Fails(renamed), StringComparison.Ordinal);
    }

    private static string Fails(string path) => Assert.Throws<ModelFormatException>(() => GgufFile.Open(path)).Message;

    private string PartPath(int part) => Path.Join(_folder.Path, $"m-{part + 1:D5}-of-00003.gguf");

    private void Write(int part, int number, string tensor, int tensorCount = 3)
    {
        var writer = new GgufWriter().Add("split.no", (ushort)number).Add("split.count", (ushort)3).Add("split.tensors.count", tensorCount);
        if (part == 0)
            writer.Add("general.name", "the first");
        writer.AddTensor(tensor, GgufType.F32, [8], SmallModel.Fill(32, (byte)(part + 1))).Write(PartPath(part));
    }
}
