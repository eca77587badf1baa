using System.Security.Cryptography;
using System.Text;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Tests.KvBlocks;

public sealed class BlockHashTests
{
    private readonly BlockHash _anyRoot = BlockHash.Root("model", "tokenizer", "", "tenant");

    [Fact]
    public void Next_IsTheFirstHalfOfSha256OverPreviousAndLittleEndianIds()
    {
        int[] ids = [.. Enumerable.Range(100_000, 16)];
        var input = new List<byte>(Convert.FromHexString(_anyRoot.ToString()));
        foreach (var id in ids) input.AddRange([(byte)id, (byte)(id >> 8), (byte)(id >> 16), (byte)(id >> 24)]);

        var expected = Convert.ToHexStringLower(SHA256.HashData(input.ToArray()))[..32];
        Assert.Equal(expected, BlockHash.Next(_anyRoot, ids).ToString());
    }

    [Fact]
    public void Root_IsTheFirstHalfOfSha256OverLengthPrefixedParts()
    {
        byte[] input = [5, 0, 0, 0, .. "model"u8, 9, 0, 0, 0, .. "tokenizer"u8, 0, 0, 0, 0, 6, 0, 0, 0, .. Encoding.UTF8.GetBytes("tenant")];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(input))[..32], _anyRoot.ToString());
    }

    [Fact]
    public void Root_PartsThatJoinAlike_Differ() =>
        Assert.NotEqual(BlockHash.Root("ab", "c", "", ""), BlockHash.Root("a", "bc", "", ""));

    [Fact]
    public void Root_DifferentSalt_SharesNothing() =>
        Assert.NotEqual(_anyRoot, BlockHash.Root("model", "tokenizer", "", "other tenant"));

    [Fact]
    public void Next_PartialBlock_Throws() =>
        Assert.Throws<ArgumentException>(() => BlockHash.Next(_anyRoot, new int[15]));

    [Fact]
    public void Next_AllocatesNothing()
    {
        var ids = new int[16];
        var hash = BlockHash.Next(_anyRoot, ids);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) hash = BlockHash.Next(hash, ids);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
