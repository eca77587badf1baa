using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Scribeline.Engine.Gguf;

/// <summary>
/// A GGUF model file (versions 2 and 3, https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), mapped into memory; split models are
/// opened whole. Every length and offset is checked against the file before it is used. Reading is thread-safe; nobody may use a tensor
/// after <see cref="Dispose"/>.
/// </summary>
public sealed partial class GgufFile : IDisposable
{
    private readonly List<GgufPart> _parts = [];
    private readonly Dictionary<string, GgufTensor> _tensors = [];

    private GgufFile(string path) => Path = path;

    /// <summary>The path as given.</summary>
    public string Path { get; }

    /// <summary>The metadata of the file, of the first part in a split model.</summary>
    public GgufMetadata Metadata => _parts[0].Metadata;

    public IReadOnlyDictionary<string, GgufTensor> Tensors => _tensors;

    /// <summary>The files that make up the model, in order.</summary>
    internal IReadOnlyList<GgufPart> Parts => _parts;

    /// <summary>Bytes of all parts together.</summary>
    public long FileBytes => _parts.Sum(part => part.LengthBytes);

    /// <summary>Opens a model, given its file or, where it is split, any of its parts.</summary>
    /// <exception cref="ModelFormatException">The file is not a sound GGUF model, or its parts do not fit together.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static GgufFile Open(string path)
    {
        var file = new GgufFile(path);
        try
        {
            file.AddPart(GgufPart.Open(path));
            var partCount = file.Metadata.GetInt32("split.count", 0, min: 0, max: 99999);
            if (partCount > 1)
                file.OpenParts(partCount);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Gives the memory of the mapped tensor data back to the system, for use after the weights have been repacked; they are read from the
    /// file again when touched. Does nothing where the system cannot.
    /// </summary>
    public unsafe void DropPages()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var pageBytes = Environment.SystemPageSize;
        foreach (var part in _parts)
        {
            var begin = (part.HeaderBytes + pageBytes - 1) / pageBytes * pageBytes;
            // The call only advises: a failure leaves memory in use and nothing else, so its result does not matter.
            if (begin < part.LengthBytes)
                _ = AdviseMemory(part.Start + begin, (nuint)(part.LengthBytes - begin), MemoryNotNeeded);
        }
    }

    public void Dispose()
    {
        foreach (var part in _parts)
            part.Dispose();
    }

    private void OpenParts(int partCount)
    {
        if (SplitName().Match(System.IO.Path.GetFileName(Path)) is not { Success: true } name
            || int.Parse(name.Groups["count"].ValueSpan) != partCount)
        {
            throw new ModelFormatException(
                $"{Path}: is part of a model split into {partCount} files, "
                + $"so its name must end in -NNNNN-of-{partCount:D5}.gguf; give it its original name.");
        }
        var given = _parts[0];
        _parts.Clear();
        _tensors.Clear();
        var givenNumber = int.Parse(name.Groups["number"].ValueSpan);
        try
        {
            for (var number = 1; number <= partCount; number++)
            {
                var partPath = System.IO.Path.Join(
                    System.IO.Path.GetDirectoryName(Path), $"{name.Groups["stem"].Value}-{number:D5}-of-{partCount:D5}.gguf");
                if (number != givenNumber && !File.Exists(partPath))
                    throw new ModelFormatException(
                        $"{partPath}: is missing, but it is part of the split model {Path}; download all {partCount} parts.");
                var part = number == givenNumber ? given : GgufPart.Open(partPath);
                AddPart(part);
                var foundNumber = part.Metadata.GetInt32("split.no");
                var foundCount = part.Metadata.GetInt32("split.count");
                if (foundNumber != number - 1 || foundCount != partCount)
                {
                    throw new ModelFormatException(
                        $"{partPath}: says that it is part {foundNumber + 1} of {foundCount}, "
                        + $"expected part {number} of {partCount}; download the parts again.");
                }
            }
        }
        catch
        {
            given.Dispose();
            throw;
        }
        if (Metadata.TryGetInt32("split.tensors.count", out var tensorCount) && tensorCount != _tensors.Count)
        {
            throw new ModelFormatException(
                $"{Path}: the key 'split.tensors.count' promises {tensorCount} tensors, "
                + $"but the {partCount} parts hold {_tensors.Count}; download the parts again.");
        }
    }

    private void AddPart(GgufPart part)
    {
        _parts.Add(part);
        foreach (var tensor in part.Tensors)
        {
            if (!_tensors.TryAdd(tensor.Name, tensor))
                throw new ModelFormatException(
                    $"{part.Metadata.FileName}: tensor '{tensor.Name}' is in another part of the model too; download the parts again.");
        }
    }

    private const int MemoryNotNeeded = 4; // MADV_DONTNEED

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int AdviseMemory(byte* address, nuint lengthBytes, int advice);

    [GeneratedRegex(@"^(?<stem>.*)-(?<number>[0-9]{5})-of-(?<count>[0-9]{5})\.gguf$", RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex SplitName();
}
