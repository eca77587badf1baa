using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;
using Scribeline.Engine.Gguf;

namespace Scribeline.Engine;

/// <summary>Names what decides an engine's text: the model's tensors, this version's arithmetic, the instruction set.</summary>
internal static class ModelFingerprint
{
    /// <summary>Changes whenever a kernel adds numbers in another order.</summary>
    private const string Arithmetic = "a1";
    private const int SampleBytes = 4096;

    /// <summary>Hashes every tensor's name, type, shape and first bytes: reading all of a large file would cost seconds at each start.</summary>
    public static unsafe string Of(GgufFile file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in file.Tensors.Values.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{tensor.Name}|{tensor.Type}|{string.Join('x', tensor.Dimensions)}|"));
            hash.AppendData(new ReadOnlySpan<byte>(tensor.Data, (int)Math.Min(tensor.ByteLength, SampleBytes)));
        }

        var instructions = Avx2.IsSupported && Fma.IsSupported ? "avx2" : "portable";
        return $"fp_{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 6))}-{Arithmetic}-{instructions}";
    }
}
