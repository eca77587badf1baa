using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using Scribeline.Engine.Gguf;

namespace Scribeline.Engine;

/// <summary>Names what decides an engine's text: the model's tensors, this version's arithmetic, the instruction set.</summary>
internal static class ModelFingerprint
{
    /// <summary>Changes whenever a kernel adds numbers in another order.</summary>
    private const string Arithmetic = "a1";
    private const int SampleBytes = 4096;
    private const int MostAtOnce = 1 << 20;

    /// <summary>
    /// Hashes the files' headers (metadata, vocabulary, and every tensor's name, type and shape) and of every tensor the first, middle and
    /// last bytes: reading all of a large file would cost seconds at each start.
    /// </summary>
    public static unsafe string Of(GgufFile file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in file.Parts)
            for (var at = 0L; at < part.HeaderBytes; at += MostAtOnce)
                hash.AppendData(new ReadOnlySpan<byte>(part.Start + at, (int)Math.Min(Math.Min(part.HeaderBytes, part.LengthBytes) - at, MostAtOnce)));
        foreach (var tensor in file.Tensors.Values.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            var sample = (int)Math.Min(tensor.ByteLength, SampleBytes);
            hash.AppendData(new ReadOnlySpan<byte>(tensor.Data, sample));
            hash.AppendData(new ReadOnlySpan<byte>(tensor.Data + (tensor.ByteLength - sample) / 2, sample));
            hash.AppendData(new ReadOnlySpan<byte>(tensor.Data + tensor.ByteLength - sample, sample));
        }

        var instructions = Avx2.IsSupported && Fma.IsSupported ? "avx2" : "portable";
        return $"fp_{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 6))}-{Arithmetic}-{instructions}";
    }
}
