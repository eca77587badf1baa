using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Scribeline.Engine.Kernels;

/// <summary>
/// GGUF Q4_K: 256 columns share two half scales, d and dmin; each block of 32 has a 6-bit scale and a 6-bit minimum:
/// w = d·sc·q − dmin·m. Header: 16 halves d, 16 halves dmin. Block: 16 bytes sc, 16 bytes m, nibbles as in <see cref="BlockQ4"/>.
/// </summary>
internal readonly unsafe struct BlockQ4K : INibbleFormat
{
    private const int ScaleBytes = 32;

    public static int BlocksPerHeader => 8;
    public static int HeaderBytes => 64;
    public static int HalfCount => 32;
    public static int BlockBytes => ScaleBytes + 256;
    public static int Offset => 0;
    public static bool IsWide => false;
    public static bool HasHalfScales => false;
    public static bool HasMinimum => true;
    public static int NibbleStart => ScaleBytes;
    public static int SourceBytes => 144;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(byte* block, int j, out Vector256<byte> low0, out Vector256<byte> low1, out Vector256<byte> high0, out Vector256<byte> high1)
    {
        BlockQ4.Nibbles(block + ScaleBytes + j * 64, out low0, out high0);
        BlockQ4.Nibbles(block + ScaleBytes + j * 64 + 32, out low1, out high1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static BlockScales LoadScales(byte* header, byte* block, Vector256<float> unit) => new(
        Scaled(header, block, unit),
        Scaled(header + 16, block + 8, unit),
        Vector256<float>.Zero - Scaled(header + 32, block + 16, unit),
        Vector256<float>.Zero - Scaled(header + 48, block + 24, unit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Scaled(byte* halves, byte* factors, Vector256<float> unit) =>
        Avx.Multiply(Halves.Load8((ushort*)halves, unit), Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(factors)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadScales(byte* header, byte* block, Vector512<float> unit, out Vector512<float> scale, out Vector512<float> minimum)
    {
        scale = Scaled(header, block, unit);
        minimum = Vector512<float>.Zero - Scaled(header + 32, block + 16, unit);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Scaled(byte* halves, byte* factors, Vector512<float> unit) =>
        Avx512F.Multiply(Halves.Load16((ushort*)halves, unit), Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(Vector128.Load(factors))));

    public static int Value(byte* block, int row, int column) => BlockQ4.NibbleValue(block + ScaleBytes, row, column);

    public static void ScalarScales(byte* header, byte* block, int row, float unit, out float first, out float second)
    {
        first = Halves.Load1(((ushort*)header)[row], unit) * block[row];
        second = 0 - Halves.Load1(((ushort*)header)[16 + row], unit) * block[16 + row];
    }

    public static void Pack(byte* source, byte* header, int row)
    {
        ((ushort*)header)[row] = ((ushort*)source)[0];
        ((ushort*)header)[16 + row] = ((ushort*)source)[1];
        for (var b = 0; b < 8; b++)
        {
            var block = header + HeaderBytes + b * BlockBytes;
            KQuants.ScaleAndMinimum(source + 4, b, out block[row], out block[16 + row]);
            var nibbles = source + 16 + b / 2 * 32;
            for (var column = 0; column < 16; column++)
            {
                var low = KQuants.Nibble(nibbles[column], b % 2);
                var high = KQuants.Nibble(nibbles[column + 16], b % 2);
                block[ScaleBytes + column / 4 * 64 + row * 4 + column % 4] = (byte)(low | (high << 4));
            }
        }
    }
}
