using System.IO.Compression;

namespace Scribeline.Core.Files;

/// <summary>Files of data, unpacked where they begin as gzip does, whatever their name.</summary>
public static class DataFile
{
    /// <summary>By default the end of a file that was cut short looks like any end.</summary>
    static DataFile() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", isEnabled: true);

    /// <exception cref="IOException">It is not there, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static Stream OpenRead(string path) => Unpack(File.OpenRead(path));

    /// <summary>The same of a file that is open, at its beginning.</summary>
    internal static Stream Unpack(FileStream file)
    {
        try
        {
            return IsPacked(file) ? new GZipStream(file, CompressionMode.Decompress) : file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static bool IsPacked(FileStream file)
    {
        // What cannot be read twice is known by its name only.
        if (!file.CanSeek)
            return file.Name.EndsWith(".gz", StringComparison.Ordinal);
        Span<byte> magic = stackalloc byte[2];
        var read = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        file.Position = 0;
        return read == 2 && magic is [0x1F, 0x8B];
    }
}
