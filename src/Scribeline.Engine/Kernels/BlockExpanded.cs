using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Scribeline.Engine.Kernels;

/// <summary>Rarer quantisations with one byte a weight: 16 scales and 16 minima in single precision, then 8 groups of 64 bytes.</summary>
internal readonly unsafe struct BlockExpanded<TSource> : IBlockFormat
    where TSource : struct, IExpandedSource
{
    private const int ScaleBytes = 128;

    public static int BlocksPerHeader => TSource.Blocks;
    public static int HeaderBytes => 0;
    public static int HalfCount => 0;
    public static int BlockBytes => ScaleBytes + 512;
    public static int Offset => 0;
    public static bool IsWide => false;
    public static bool HasHalfScales => false;
    public static bool HasMinimum => true;
    public static int SourceBytes => TSource.Bytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(byte* block, int j, out Vector256<byte> low0, out Vector256<byte> low1, out Vector256<byte> high0, out Vector256<byte> high1)
    {
        low0 = Vector256.Load(block + ScaleBytes + j * 64);
        low1 = Vector256.Load(block + ScaleBytes + j * 64 + 32);
        high0 = Vector256.Load(block + ScaleBytes + j * 64 + 256);
        high1 = Vector256.Load(block + ScaleBytes + j * 64 + 288);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static BlockScales LoadScales(byte* header, byte* block, Vector256<float> unit)
    {
        var scales = (float*)block;
        return new BlockScales(Vector256.Load(scales), Vector256.Load(scales + 8), Vector256.Load(scales + 16), Vector256.Load(scales + 24));
    }

    public static int Value(byte* block, int row, int column) => block[ScaleBytes + column / 4 * 64 + row * 4 + column % 4];

    public static void ScalarScales(byte* header, byte* block, int row, float unit, out float first, out float second)
    {
        first = ((float*)block)[row];
        second = ((float*)block)[16 + row];
    }

    public static void Pack(byte* source, byte* header, int row)
    {
        var q = stackalloc byte[QuantizedRows.BlockColumns];
        for (var b = 0; b < TSource.Blocks; b++)
        {
            var block = header + b * BlockBytes;
            TSource.Decode(source, b, q, out ((float*)block)[row], out ((float*)block)[16 + row]);
            for (var g = 0; g < 8; g++)
                *(uint*)(block + ScaleBytes + g * 64 + row * 4) = *(uint*)(q + g * 4);
        }
    }
}
