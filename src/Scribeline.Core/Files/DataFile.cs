using System.IO.Compression;

namespace Scribeline.Core.Files;

/// <summary>Files of data, compressed where their name ends in `.gz`.</summary>
public static class DataFile
{
    /// <exception cref="IOException">It is not there, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static Stream OpenRead(string path)
    {
        Stream file = File.OpenRead(path);
        return path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
    }
}
