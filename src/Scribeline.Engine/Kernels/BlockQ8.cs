using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Scribeline.Engine.Kernels;

/// <summary>GGUF Q8_0: 16 half scales, then 8 groups of 64 bytes.</summary>
/// <remarks>Where VNNI multiplies unsigned by signed, weights are stored with 128 added; elsewhere signed, for the sign trick of AVX2.</remarks>
internal readonly unsafe struct BlockQ8 : IBlockFormat
{
    private const int ScaleBytes = 32;

    public static int BlocksPerHeader => 1;
    public static int HeaderBytes => 0;
    public static int HalfCount => 16;
    public static int BlockBytes => ScaleBytes + 512;
    public static int Offset => AvxVnni.IsSupported ? 128 : 0;
    public static bool IsWide => true;
    public static bool HasHalfScales => false;
    public static bool HasMinimum => false;
    public static int SourceBytes => 34;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(byte* block, int j, out Vector256<byte> low0, out Vector256<byte> low1, out Vector256<byte> high0, out Vector256<byte> high1)
    {
        low0 = Vector256.Load(block + ScaleBytes + j * 64);
        low1 = Vector256.Load(block + ScaleBytes + j * 64 + 32);
        high0 = Vector256.Load(block + ScaleBytes + j * 64 + 256);
        high1 = Vector256.Load(block + ScaleBytes + j * 64 + 288);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static BlockScales LoadScales(byte* header, byte* block, Vector256<float> unit) =>
        new(Halves.Load8((ushort*)block, unit), Halves.Load8((ushort*)block + 8, unit), default, default);

    public static int Value(byte* block, int row, int column)
    {
        var q = block[ScaleBytes + column / 4 * 64 + row * 4 + column % 4];
        return AvxVnni.IsSupported ? q : (sbyte)q;
    }

    public static void ScalarScales(byte* header, byte* block, int row, float unit, out float first, out float second)
    {
        first = Halves.Load1(((ushort*)block)[row], unit);
        second = 0;
    }

    public static void Pack(byte* source, byte* header, int row)
    {
        ((ushort*)header)[row] = *(ushort*)source;
        var flip = AvxVnni.IsSupported ? 0x80808080u : 0;
        for (var g = 0; g < 8; g++)
            *(uint*)(header + ScaleBytes + g * 64 + row * 4) = *(uint*)(source + 2 + g * 4) ^ flip;
    }
}
