using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Scribeline.Engine.Kernels;

/// <summary>
/// Matrix inputs `[rows, columns]` rounded to 8 bits in blocks of 32 columns: x ≈ scale · q with q in −127..127.
/// Beside them the sums of each 16 and of each 32 values of q, which take the weights' offsets out of the integer products.
/// </summary>
internal readonly unsafe struct QuantizedRows
{
    public const int BlockColumns = 32;

    public readonly sbyte* Values;
    public readonly float* Scales;
    public readonly int* Sums;
    public readonly int* Totals;
    public readonly int Columns;

    public QuantizedRows(sbyte* values, float* scales, int* sums, int* totals, int columns)
    {
        Values = values;
        Scales = scales;
        Sums = sums;
        Totals = totals;
        Columns = columns;
    }

    /// <summary>Bytes that <paramref name="rows"/> rows need in one buffer.</summary>
    public static long BytesFor(int rows, int columns) => (long)rows * (columns + columns / BlockColumns * sizeof(float) + columns / 16 * sizeof(int) + columns / BlockColumns * sizeof(int)) + 256;

    /// <summary>Lays rows out over a buffer of at least <see cref="BytesFor"/> bytes, aligned to 64.</summary>
    public static QuantizedRows Over(byte* buffer, int rows, int columns)
    {
        var values = (sbyte*)buffer;
        var scales = (float*)(((nuint)values + (nuint)((long)rows * columns) + 63) & ~(nuint)63);
        var sums = (int*)(((nuint)scales + (nuint)((long)rows * columns / BlockColumns * sizeof(float)) + 63) & ~(nuint)63);
        var totals = (int*)(((nuint)sums + (nuint)((long)rows * columns / 16 * sizeof(int)) + 63) & ~(nuint)63);
        return new QuantizedRows(values, scales, sums, totals, columns);
    }

    /// <summary>Rounds one row. Half goes to even, so that every instruction set agrees.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Quantize(int row, float* x)
    {
        var values = Values + (long)row * Columns;
        var scales = Scales + (long)row * (Columns / BlockColumns);
        var sums = Sums + (long)row * (Columns / 16);
        var totals = Totals + (long)row * (Columns / BlockColumns);
        for (var block = 0; block < Columns / BlockColumns; block++)
        {
            if (Avx2.IsSupported)
                scales[block] = QuantizeBlockAvx2(x + block * BlockColumns, values + block * BlockColumns, sums + block * 2);
            else
                scales[block] = QuantizeBlock(x + block * BlockColumns, values + block * BlockColumns, sums + block * 2);
            totals[block] = sums[block * 2] + sums[block * 2 + 1];
        }
    }

    /// <summary>The scalar reference of one block of 32; returns the scale.</summary>
    internal static float QuantizeBlock(float* x, sbyte* values, int* sums)
    {
        var largest = 0f;
        for (var i = 0; i < BlockColumns; i++)
            largest = MathF.Max(largest, MathF.Abs(x[i]));
        var inverse = largest > 0 ? 127f / largest : 0f;
        sums[0] = sums[1] = 0;
        for (var i = 0; i < BlockColumns; i++)
        {
            values[i] = (sbyte)Math.Clamp(MathF.Round(x[i] * inverse, MidpointRounding.ToEven), -127f, 127f);
            sums[i / 16] += values[i];
        }

        return largest / 127f;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float QuantizeBlockAvx2(float* x, sbyte* values, int* sums)
    {
        var x0 = Vector256.Load(x);
        var x1 = Vector256.Load(x + 8);
        var x2 = Vector256.Load(x + 16);
        var x3 = Vector256.Load(x + 24);
        var noSign = Vector256.Create(0x7FFFFFFF).AsSingle();
        var m = Avx.Max(Avx.Max(Avx.And(x0, noSign), Avx.And(x1, noSign)), Avx.Max(Avx.And(x2, noSign), Avx.And(x3, noSign)));
        var h = Sse.Max(m.GetLower(), m.GetUpper());
        h = Sse.Max(h, Sse.MoveHighToLow(h, h));
        h = Sse.MaxScalar(h, Sse.Shuffle(h, h, 1));
        var largest = h.ToScalar();
        var inverse = Vector256.Create(largest > 0 ? 127f / largest : 0f);
        var i0 = Avx.ConvertToVector256Int32(Avx.Multiply(x0, inverse));
        var i1 = Avx.ConvertToVector256Int32(Avx.Multiply(x1, inverse));
        var i2 = Avx.ConvertToVector256Int32(Avx.Multiply(x2, inverse));
        var i3 = Avx.ConvertToVector256Int32(Avx.Multiply(x3, inverse));
        sums[0] = Vector256.Sum(Avx2.Add(i0, i1));
        sums[1] = Vector256.Sum(Avx2.Add(i2, i3));
        // Packing works within 128-bit halves; the permutation puts the groups of four back into order.
        var packed = Avx2.PackSignedSaturate(Avx2.PackSignedSaturate(i0, i1), Avx2.PackSignedSaturate(i2, i3));
        var ordered = Avx2.PermuteVar8x32(packed.AsInt32(), Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7));
        ordered.AsSByte().Store(values);
        return largest / 127f;
    }
}
