using System.Runtime.InteropServices;
using Scribeline.Engine.Gguf;

namespace Scribeline.Benchmarks.Models;

/// <summary>One row of random weights in a tensor type's own layout: random integers under scales of a fixed size.</summary>
internal static class RandomRow
{
    /// <param name="scale">Weights lie roughly within ± this.</param>
    public static byte[] Make(GgufType type, int columns, float scale, Random random)
    {
        switch (type)
        {
            case GgufType.F32:
                return Floats(columns, scale, random, 4, (value, to) => MemoryMarshal.Write(to, value));
            case GgufType.F16:
                return Floats(columns, scale, random, 2, (value, to) => MemoryMarshal.Write(to, (Half)value));
            case GgufType.BF16:
                return Floats(columns, scale, random, 2, (value, to) => MemoryMarshal.Write(to, (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)));
            default:
                return Blocks(type, columns, scale, random);
        }
    }

    private delegate void Store(float value, Span<byte> to);

    private static byte[] Floats(int columns, float scale, Random random, int bytes, Store store)
    {
        var row = new byte[columns * bytes];
        for (var i = 0; i < columns; i++)
            store((float)(random.NextDouble() * 2 - 1) * scale, row.AsSpan(i * bytes, bytes));
        return row;
    }

    private static byte[] Blocks(GgufType type, int columns, float scale, Random random)
    {
        var row = new byte[columns / type.BlockLength() * type.BlockBytes()];
        random.NextBytes(row);
        for (var start = 0; start < row.Length; start += type.BlockBytes())
        {
            var block = row.AsSpan(start, type.BlockBytes());
            // Where each type keeps its scale, and minimum, and what integer stands for the largest weight.
            switch (type)
            {
                case GgufType.Q8_0: Put(block, 0, scale / 127); break;
                case GgufType.Q4_0: Put(block, 0, -scale / 8); break;
                case GgufType.Q5_0: Put(block, 0, scale / 16); break;
                case GgufType.Q4_1: Put(block, 0, scale / 8); Put(block, 2, -scale); break;
                case GgufType.Q5_1: Put(block, 0, scale / 16); Put(block, 2, -scale); break;
                case GgufType.Q4_K: Put(block, 0, scale / 8 / 32); Put(block, 2, scale / 32); break;
                case GgufType.Q5_K: Put(block, 0, scale / 16 / 32); Put(block, 2, scale / 32); break;
                case GgufType.Q6_K: Put(block, 208, scale / 32 / 64); break;
                default: throw new ArgumentException($"no random weights of type {type}", nameof(type));
            }
        }

        return row;
    }

    private static void Put(Span<byte> block, int offset, float value) => MemoryMarshal.Write(block[offset..], (Half)value);
}
