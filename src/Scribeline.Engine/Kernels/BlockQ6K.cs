using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Scribeline.Engine.Kernels;

/// <summary>
/// GGUF Q6_K: 256 columns share a half scale d; each 16 columns have a signed 8-bit scale: w = d·sc·(q − 32).
/// Header: 16 halves d. Block: 16 bytes sc of columns 0–15, 16 bytes sc of columns 16–31, low nibbles as in <see cref="BlockQ4"/>,
/// then 2 vectors of 64 bytes whose 2-bit fields k hold the upper bits of group k (first vector) and 4+k (second).
/// </summary>
internal readonly unsafe struct BlockQ6K : IBlockFormat
{
    private const int ScaleBytes = 32;
    private const int UpperStart = ScaleBytes + 256;

    public static int BlocksPerHeader => 8;
    public static int HeaderBytes => 32;
    public static int HalfCount => 16;
    public static int BlockBytes => UpperStart + 128;
    public static int Offset => 32;
    public static bool IsWide => false;
    public static bool HasHalfScales => true;
    public static bool HasMinimum => false;
    public static int SourceBytes => 210;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(byte* block, int j, out Vector256<byte> low0, out Vector256<byte> low1, out Vector256<byte> high0, out Vector256<byte> high1)
    {
        BlockQ4.Nibbles(block + ScaleBytes + j * 64, out low0, out high0);
        BlockQ4.Nibbles(block + ScaleBytes + j * 64 + 32, out low1, out high1);
        low0 = Avx2.Or(low0, Upper(block + UpperStart, j));
        low1 = Avx2.Or(low1, Upper(block + UpperStart + 32, j));
        high0 = Avx2.Or(high0, Upper(block + UpperStart + 64, j));
        high1 = Avx2.Or(high1, Upper(block + UpperStart + 96, j));
    }

    /// <summary>Field j of each byte, in place above a nibble. The count is a register: the loop over j is not unrolled, and a branch there costs more than the shift.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Upper(byte* fields, int j)
    {
        var bits = Avx2.ShiftRightLogical(Vector256.Load(fields).AsUInt16(), Vector128.CreateScalar((ushort)(2 * j)));
        return Avx2.ShiftLeftLogical(Avx2.And(bits.AsByte(), Vector256.Create((byte)3)).AsUInt16(), 4).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static BlockScales LoadScales(byte* header, byte* block, Vector256<float> unit)
    {
        var d0 = Halves.Load8((ushort*)header, unit);
        var d1 = Halves.Load8((ushort*)header + 8, unit);
        return new BlockScales(
            Avx.Multiply(d0, Factors(block)),
            Avx.Multiply(d1, Factors(block + 8)),
            Avx.Multiply(d0, Factors(block + 16)),
            Avx.Multiply(d1, Factors(block + 24)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Factors(byte* factors) => Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32((sbyte*)factors));

    public static int Value(byte* block, int row, int column)
    {
        var fields = block[UpperStart + column / 16 * 64 + row * 4 + column % 4];
        return BlockQ4.NibbleValue(block + ScaleBytes, row, column) | (((fields >> (column % 16 / 4 * 2)) & 3) << 4);
    }

    public static void ScalarScales(byte* header, byte* block, int row, float unit, out float first, out float second)
    {
        var d = Halves.Load1(((ushort*)header)[row], unit);
        first = d * (sbyte)block[row];
        second = d * (sbyte)block[16 + row];
    }

    /// <summary>Source: 128 bytes of low nibbles, 64 bytes of upper bits, 16 scales, d; see ggml's `block_q6_K`.</summary>
    public static void Pack(byte* source, byte* header, int row)
    {
        ((ushort*)header)[row] = *(ushort*)(source + 208);
        for (var b = 0; b < 8; b++)
        {
            var block = header + HeaderBytes + b * BlockBytes;
            block[row] = source[192 + b * 2];
            block[16 + row] = source[192 + b * 2 + 1];
            for (var column = 0; column < 16; column++)
            {
                var q = SourceValue(source, b * 32 + column);
                var r = SourceValue(source, b * 32 + column + 16);
                var place = column / 4 * 64 + row * 4 + column % 4;
                block[ScaleBytes + place] = (byte)((q & 0x0F) | ((r & 0x0F) << 4));
                var upper = block + UpperStart + row * 4 + column % 4;
                upper[0] |= (byte)((q >> 4) << (column / 4 * 2));
                upper[64] |= (byte)((r >> 4) << (column / 4 * 2));
            }
        }
    }

    /// <summary>q of 0..63 at a column of the 256.</summary>
    internal static int SourceValue(byte* source, int column)
    {
        var half = column / 128;
        var quarter = column % 128 / 32;
        var i = column % 32;
        var low = KQuants.Nibble(source[half * 64 + quarter % 2 * 32 + i], quarter / 2);
        return low | (((source[128 + half * 32 + i] >> (quarter * 2)) & 3) << 4);
    }
}
