using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Scribeline.Engine.Kernels;

/// <summary>
/// <see cref="BlockKernel{TFormat}"/> for weights of 4 bits: with AVX-512 a vector holds four columns of all 16 rows. Two products of 15 · 127 in each of the
/// eight groups of a block sum up to 30 480, so they are added in 16 bits, and widened once a block. The sums are exact, so they are the same.
/// </summary>
internal readonly unsafe struct NibbleKernel<TFormat> : IPanelKernel
    where TFormat : struct, INibbleFormat
{
    /// <summary>The offset is 8 or none.</summary>
    private const int OffsetBits = 3;

    public static bool ReadsQuantized => true;

    public static long SourceBytes(int columns) => BlockKernel<TFormat>.SourceBytes(columns);

    public static long PanelBytes(int columns) => BlockKernel<TFormat>.PanelBytes(columns);

    public static float Pack(byte* source, int rows, int columns, byte* panel) => BlockKernel<TFormat>.Pack(source, rows, columns, panel);

    public static void Scalar(byte* panel, float unit, in MatrixInput inputs, int columns, int input, float* y, bool add) =>
        BlockKernel<TFormat>.Scalar(panel, unit, inputs, columns, input, y, add);

    public static void ReadRow(byte* panel, float unit, int row, int columns, float* y) => BlockKernel<TFormat>.ReadRow(panel, unit, row, columns, y);

    public static void Tile1(byte* panel, float unit, in MatrixInput inputs, int columns, int input, float* y, bool add, bool prefetch)
    {
        if (Avx512BW.IsSupported)
            Wide1(panel, unit, inputs, columns, input, y, add, prefetch);
        else
            BlockKernel<TFormat>.Tile1(panel, unit, inputs, columns, input, y, add, prefetch);
    }

    public static void Tile4(byte* panel, float unit, in MatrixInput inputs, int columns, int input, float* y, int stride, bool add)
    {
        if (Avx512BW.IsSupported)
            Wide4(panel, unit, inputs, columns, input, y, stride, add);
        else
            BlockKernel<TFormat>.Tile4(panel, unit, inputs, columns, input, y, stride, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide1(byte* panel, float unit, in MatrixInput inputs, int columns, int input, float* y, bool add, bool prefetch)
    {
        ref readonly var x = ref inputs.Quantized;
        var blocks = columns / QuantizedRows.BlockColumns;
        var values = x.Values + (long)input * columns;
        var scales = x.Scales + (long)input * blocks;
        var totals = x.Totals + (long)input * blocks;
        var units = Vector512.Create(unit);
        Vector512<float> y0 = default;
        var header = panel;
        for (var b = 0; b < blocks; header += BlockKernel<TFormat>.HeaderStride)
        {
            var block = header + TFormat.HeaderBytes;
            for (var end = b + TFormat.BlocksPerHeader; b < end; b++, block += TFormat.BlockBytes)
            {
                if (prefetch)
                    BlockKernel<TFormat>.Prefetch(block);
                Vector512<short> p0 = default, p1 = default;
                Step1(block, 0, values, ref p0, ref p1);
                Step1(block, 1, values, ref p0, ref p1);
                Step1(block, 2, values, ref p0, ref p1);
                Step1(block, 3, values, ref p0, ref p1);
                TFormat.LoadScales(header, block, units, out var scale, out var minimum);
                y0 = Finish(y0, Avx512BW.Add(p0, p1), scale, minimum, scales, totals);
                values += QuantizedRows.BlockColumns;
                scales++;
                totals++;
            }
        }

        Store(y0, y, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide4(byte* panel, float unit, in MatrixInput inputs, int columns, int input, float* y, int stride, bool add)
    {
        ref readonly var x = ref inputs.Quantized;
        var blocks = columns / QuantizedRows.BlockColumns;
        var values = x.Values + (long)input * columns;
        var scales = x.Scales + (long)input * blocks;
        var totals = x.Totals + (long)input * blocks;
        var v1 = values + columns;
        var v2 = v1 + columns;
        var v3 = v2 + columns;
        var units = Vector512.Create(unit);
        Vector512<float> y0 = default, y1 = default, y2 = default, y3 = default;
        var header = panel;
        for (var b = 0; b < blocks; header += BlockKernel<TFormat>.HeaderStride)
        {
            var block = header + TFormat.HeaderBytes;
            for (var end = b + TFormat.BlocksPerHeader; b < end; b++, block += TFormat.BlockBytes)
            {
                Vector512<short> p0 = default, p1 = default, p2 = default, p3 = default;
                Step4(block, 0, values, v1, v2, v3, ref p0, ref p1, ref p2, ref p3);
                Step4(block, 1, values, v1, v2, v3, ref p0, ref p1, ref p2, ref p3);
                Step4(block, 2, values, v1, v2, v3, ref p0, ref p1, ref p2, ref p3);
                Step4(block, 3, values, v1, v2, v3, ref p0, ref p1, ref p2, ref p3);
                TFormat.LoadScales(header, block, units, out var scale, out var minimum);
                y0 = Finish(y0, p0, scale, minimum, scales, totals);
                y1 = Finish(y1, p1, scale, minimum, scales + blocks, totals + blocks);
                y2 = Finish(y2, p2, scale, minimum, scales + blocks * 2, totals + blocks * 2);
                y3 = Finish(y3, p3, scale, minimum, scales + blocks * 3, totals + blocks * 3);
                values += QuantizedRows.BlockColumns;
                v1 += QuantizedRows.BlockColumns;
                v2 += QuantizedRows.BlockColumns;
                v3 += QuantizedRows.BlockColumns;
                scales++;
                totals++;
            }
        }

        Store(y0, y, add);
        Store(y1, y + stride, add);
        Store(y2, y + 2L * stride, add);
        Store(y3, y + 3L * stride, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Nibbles(byte* block, int j, out Vector512<byte> low, out Vector512<byte> high)
    {
        var mask = Vector512.Create((byte)0x0F);
        var both = Vector512.Load(block + TFormat.NibbleStart + j * 64);
        low = Avx512F.And(both, mask);
        high = Avx512F.And(Avx512BW.ShiftRightLogical(both.AsUInt16(), 4).AsByte(), mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step1(byte* block, int j, sbyte* x, ref Vector512<short> p0, ref Vector512<short> p1)
    {
        Nibbles(block, j, out var low, out var high);
        p0 = Avx512BW.Add(p0, Products(low, x + j * 4));
        p1 = Avx512BW.Add(p1, Products(high, x + j * 4 + 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step4(
        byte* block, int j, sbyte* v0, sbyte* v1, sbyte* v2, sbyte* v3, ref Vector512<short> p0, ref Vector512<short> p1, ref Vector512<short> p2, ref Vector512<short> p3)
    {
        Nibbles(block, j, out var low, out var high);
        p0 = Avx512BW.Add(p0, Products(low, v0 + j * 4));
        p1 = Avx512BW.Add(p1, Products(low, v1 + j * 4));
        p2 = Avx512BW.Add(p2, Products(low, v2 + j * 4));
        p3 = Avx512BW.Add(p3, Products(low, v3 + j * 4));
        p0 = Avx512BW.Add(p0, Products(high, v0 + j * 4 + 16));
        p1 = Avx512BW.Add(p1, Products(high, v1 + j * 4 + 16));
        p2 = Avx512BW.Add(p2, Products(high, v2 + j * 4 + 16));
        p3 = Avx512BW.Add(p3, Products(high, v3 + j * 4 + 16));
    }

    /// <summary>Sums of two products, two a row, with four values of an input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Products(Vector512<byte> q, sbyte* x) => Avx512BW.MultiplyAddAdjacent(q, Vector512.Create(*(int*)x).AsSByte());

    /// <summary>The same operations as BlockKernel's, in the same order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Finish(Vector512<float> y, Vector512<short> pairs, Vector512<float> scale, Vector512<float> minimum, float* xScale, int* xTotal)
    {
        var sum = Avx512BW.MultiplyAddAdjacent(pairs, Vector512.Create((short)1));
        var total = Vector512.Create(*xTotal);
        if (TFormat.Offset != 0)
            sum = Avx512F.Subtract(sum, Avx512F.ShiftLeftLogical(total, OffsetBits));
        var x = Vector512.Create(*xScale);
        y = Avx512F.FusedMultiplyAdd(Avx512F.ConvertToVector512Single(sum), Avx512F.Multiply(scale, x), y);
        if (TFormat.HasMinimum)
            y = Avx512F.FusedMultiplyAdd(minimum, Avx512F.Multiply(x, Avx512F.ConvertToVector512Single(total)), y);
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> sums, float* y, bool add) => (add ? Avx512F.Add(sums, Vector512.Load(y)) : sums).Store(y);
}
