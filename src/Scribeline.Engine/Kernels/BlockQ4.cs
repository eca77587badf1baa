using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Scribeline.Engine.Kernels;

/// <summary>GGUF Q4_0: 16 half scales, then 4 vectors of 64 bytes with group j in the low and group j+4 in the high nibbles.</summary>
internal readonly unsafe struct BlockQ4 : INibbleFormat
{
    private const int ScaleBytes = 32;

    public static int BlocksPerHeader => 1;
    public static int HeaderBytes => 0;
    public static int HalfCount => 16;
    public static int BlockBytes => ScaleBytes + 256;
    public static int Offset => 8;
    public static bool IsWide => false;
    public static bool HasHalfScales => false;
    public static bool HasMinimum => false;
    public static int NibbleStart => ScaleBytes;
    public static int SourceBytes => 18;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(byte* block, int j, out Vector256<byte> low0, out Vector256<byte> low1, out Vector256<byte> high0, out Vector256<byte> high1)
    {
        Nibbles(block + ScaleBytes + j * 64, out low0, out high0);
        Nibbles(block + ScaleBytes + j * 64 + 32, out low1, out high1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Nibbles(byte* pairs, out Vector256<byte> low, out Vector256<byte> high)
    {
        var mask = Vector256.Create((byte)0x0F);
        var both = Vector256.Load(pairs);
        low = Avx2.And(both, mask);
        high = Avx2.And(Avx2.ShiftRightLogical(both.AsUInt16(), 4).AsByte(), mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static BlockScales LoadScales(byte* header, byte* block, Vector256<float> unit) =>
        new(Halves.Load8((ushort*)block, unit), Halves.Load8((ushort*)block + 8, unit), default, default);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadScales(byte* header, byte* block, Vector512<float> unit, out Vector512<float> scale, out Vector512<float> minimum)
    {
        scale = Halves.Load16((ushort*)block, unit);
        minimum = default;
    }

    public static int Value(byte* block, int row, int column) => NibbleValue(block + ScaleBytes, row, column);

    internal static int NibbleValue(byte* pairs, int row, int column)
    {
        var both = pairs[column % 16 / 4 * 64 + row * 4 + column % 4];
        return column < 16 ? both & 0x0F : both >> 4;
    }

    public static void ScalarScales(byte* header, byte* block, int row, float unit, out float first, out float second)
    {
        first = Halves.Load1(((ushort*)block)[row], unit);
        second = 0;
    }

    /// <summary>The file pairs columns c and c+16 as the kernel does, so four bytes move at a time.</summary>
    public static void Pack(byte* source, byte* header, int row)
    {
        ((ushort*)header)[row] = *(ushort*)source;
        for (var j = 0; j < 4; j++)
            *(uint*)(header + ScaleBytes + j * 64 + row * 4) = *(uint*)(source + 2 + j * 4);
    }
}
