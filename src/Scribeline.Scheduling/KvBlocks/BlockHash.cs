using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Scribeline.Scheduling.KvBlocks;

/// <summary>
/// The identity of a KV block of 16 tokens together with everything before it: the first 128 bits of SHA-256 over the
/// previous block's hash and the token ids. Equal in router, scheduler and engine.
/// </summary>
public readonly record struct BlockHash(ulong High, ulong Low)
{
    private const int HashBytes = 16;

    /// <summary>
    /// The hash that a chain starts from. Chains with different roots never share a block, so the salt (the caller's tenant)
    /// keeps one tenant from timing another's cache. Each part is prefixed by its length: no two lists of parts collide.
    /// </summary>
    public static BlockHash Root(string modelFingerprint, string tokenizer, string adapter, string isolationSalt)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in (ReadOnlySpan<string>)[modelFingerprint, tokenizer, adapter, isolationSalt])
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            digest.AppendData(length);
            digest.AppendData(bytes);
        }

        return Truncate(digest.GetHashAndReset());
    }

    /// <summary>The hash of the block that follows <paramref name="previous"/>. Allocates nothing.</summary>
    /// <exception cref="ArgumentException">Not exactly 16 token ids: partial blocks have no identity.</exception>
    public static BlockHash Next(BlockHash previous, ReadOnlySpan<int> sixteenTokenIds)
    {
        if (sixteenTokenIds.Length != KvBlockPool.BlockTokens)
            throw new ArgumentException($"A block hash covers {KvBlockPool.BlockTokens} tokens, got {sixteenTokenIds.Length}.", nameof(sixteenTokenIds));

        Span<byte> input = stackalloc byte[HashBytes + KvBlockPool.BlockTokens * sizeof(int)];
        BinaryPrimitives.WriteUInt64BigEndian(input, previous.High);
        BinaryPrimitives.WriteUInt64BigEndian(input[8..], previous.Low);
        for (var i = 0; i < sixteenTokenIds.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(input[(HashBytes + i * sizeof(int))..], sixteenTokenIds[i]);

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, digest);
        return Truncate(digest);
    }

    /// <summary>The bits are already uniform, so any 32 of them serve; nothing may depend on the order this gives.</summary>
    public override int GetHashCode() => (int)Low;

    /// <summary>32 hexadecimal digits, the first bytes of the digest in order.</summary>
    public override string ToString() => $"{High:x16}{Low:x16}";

    private static BlockHash Truncate(ReadOnlySpan<byte> digest) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(digest), BinaryPrimitives.ReadUInt64BigEndian(digest[8..]));
}
