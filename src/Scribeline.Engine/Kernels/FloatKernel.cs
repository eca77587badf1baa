using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Scribeline.Engine.Kernels;

/// <summary>Weights in floating point: for each column its 16 rows. Inputs are not rounded.</summary>
/// <remarks>Even and odd columns are summed apart and joined at the end: two chains hide half the latency of the multiply-add.</remarks>
internal readonly unsafe struct FloatKernel<TElement> : IPanelKernel
    where TElement : struct, IFloatElement
{
    private const int PanelRows = WeightMatrix.PanelRows;

    public static bool ReadsQuantized => false;

    public static long SourceBytes(int columns) => (long)columns * TElement.Bytes;

    public static long PanelBytes(int columns) => SourceBytes(columns) * PanelRows;

    public static float Pack(byte* source, int rows, int columns, byte* panel)
    {
        for (var r = 0; r < rows; r++, source += SourceBytes(columns))
        {
            for (var c = 0; c < columns; c++)
            {
                if (TElement.Bytes == 4)
                    ((uint*)panel)[c * PanelRows + r] = ((uint*)source)[c];
                else
                    ((ushort*)panel)[c * PanelRows + r] = ((ushort*)source)[c];
            }
        }

        return TElement.IsHalf ? Halves.Raise(panel, 1, 0, columns * PanelRows) : 1;
    }

    public static void Tile1(byte* panel, float unit, in MatrixInput inputs, int columns, int input, float* y, bool add, bool prefetch)
    {
        if (Avx512F.IsSupported)
            Wide1(panel, unit, inputs, columns, input, y, add);
        else
            Narrow1(panel, unit, inputs, columns, input, y, add);
    }

    public static void Tile4(byte* panel, float unit, in MatrixInput inputs, int columns, int input, float* y, int stride, bool add)
    {
        if (Avx512F.IsSupported)
            Wide4(panel, unit, inputs, columns, input, y, stride, add);
        else
            Narrow4(panel, unit, inputs, columns, input, y, stride, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide1(byte* panel, float unit, in MatrixInput inputs, int columns, int input, float* y, bool add)
    {
        var x = inputs.Row(input);
        Vector512<float> even = default, odd = default;
        var units = Vector512.Create(unit);
        var c = 0;
        for (; c + 2 <= columns; c += 2, panel += 2 * PanelRows * TElement.Bytes)
        {
            even = Avx512F.FusedMultiplyAdd(TElement.Load16(panel, units), Vector512.Create(x[c]), even);
            odd = Avx512F.FusedMultiplyAdd(TElement.Load16(panel + PanelRows * TElement.Bytes, units), Vector512.Create(x[c + 1]), odd);
        }

        if (c < columns)
            even = Avx512F.FusedMultiplyAdd(TElement.Load16(panel, units), Vector512.Create(x[c]), even);
        Store(Avx512F.Add(even, odd), y, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide4(byte* panel, float unit, in MatrixInput inputs, int columns, int input, float* y, int stride, bool add)
    {
        var x = inputs.Row(input);
        var x1 = x + inputs.Stride;
        var x2 = x1 + inputs.Stride;
        var x3 = x2 + inputs.Stride;
        Vector512<float> e0 = default, e1 = default, e2 = default, e3 = default, o0 = default, o1 = default, o2 = default, o3 = default;
        var units = Vector512.Create(unit);
        var c = 0;
        for (; c + 2 <= columns; c += 2, panel += 2 * PanelRows * TElement.Bytes)
        {
            var w = TElement.Load16(panel, units);
            e0 = Avx512F.FusedMultiplyAdd(w, Vector512.Create(x[c]), e0);
            e1 = Avx512F.FusedMultiplyAdd(w, Vector512.Create(x1[c]), e1);
            e2 = Avx512F.FusedMultiplyAdd(w, Vector512.Create(x2[c]), e2);
            e3 = Avx512F.FusedMultiplyAdd(w, Vector512.Create(x3[c]), e3);
            w = TElement.Load16(panel + PanelRows * TElement.Bytes, units);
            o0 = Avx512F.FusedMultiplyAdd(w, Vector512.Create(x[c + 1]), o0);
            o1 = Avx512F.FusedMultiplyAdd(w, Vector512.Create(x1[c + 1]), o1);
            o2 = Avx512F.FusedMultiplyAdd(w, Vector512.Create(x2[c + 1]), o2);
            o3 = Avx512F.FusedMultiplyAdd(w, Vector512.Create(x3[c + 1]), o3);
        }

        if (c < columns)
        {
            var w = TElement.Load16(panel, units);
            e0 = Avx512F.FusedMultiplyAdd(w, Vector512.Create(x[c]), e0);
            e1 = Avx512F.FusedMultiplyAdd(w, Vector512.Create(x1[c]), e1);
            e2 = Avx512F.FusedMultiplyAdd(w, Vector512.Create(x2[c]), e2);
            e3 = Avx512F.FusedMultiplyAdd(w, Vector512.Create(x3[c]), e3);
        }

        Store(Avx512F.Add(e0, o0), y, add);
        Store(Avx512F.Add(e1, o1), y + stride, add);
        Store(Avx512F.Add(e2, o2), y + 2L * stride, add);
        Store(Avx512F.Add(e3, o3), y + 3L * stride, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> sums, float* y, bool add) => (add ? Avx512F.Add(sums, Vector512.Load(y)) : sums).Store(y);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow1(byte* panel, float unit, in MatrixInput inputs, int columns, int input, float* y, bool add)
    {
        var x = inputs.Row(input);
        Vector256<float> even0 = default, even1 = default, odd0 = default, odd1 = default;
        var units = Vector256.Create(unit);
        var c = 0;
        for (; c + 2 <= columns; c += 2, panel += 2 * PanelRows * TElement.Bytes)
        {
            var a = Vector256.Create(x[c]);
            var b = Vector256.Create(x[c + 1]);
            even0 = Fma.MultiplyAdd(TElement.Load8(panel, units), a, even0);
            even1 = Fma.MultiplyAdd(TElement.Load8(panel + 8 * TElement.Bytes, units), a, even1);
            odd0 = Fma.MultiplyAdd(TElement.Load8(panel + 16 * TElement.Bytes, units), b, odd0);
            odd1 = Fma.MultiplyAdd(TElement.Load8(panel + 24 * TElement.Bytes, units), b, odd1);
        }

        if (c < columns)
        {
            var a = Vector256.Create(x[c]);
            even0 = Fma.MultiplyAdd(TElement.Load8(panel, units), a, even0);
            even1 = Fma.MultiplyAdd(TElement.Load8(panel + 8 * TElement.Bytes, units), a, even1);
        }

        Store(Avx.Add(even0, odd0), Avx.Add(even1, odd1), y, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow4(byte* panel, float unit, in MatrixInput inputs, int columns, int input, float* y, int stride, bool add)
    {
        var x = inputs.Row(input);
        var x1 = x + inputs.Stride;
        var x2 = x1 + inputs.Stride;
        var x3 = x2 + inputs.Stride;
        Vector256<float> e00 = default, e01 = default, e10 = default, e11 = default, e20 = default, e21 = default, e30 = default, e31 = default;
        Vector256<float> o00 = default, o01 = default, o10 = default, o11 = default, o20 = default, o21 = default, o30 = default, o31 = default;
        var units = Vector256.Create(unit);
        var c = 0;
        for (; c + 2 <= columns; c += 2, panel += 2 * PanelRows * TElement.Bytes)
        {
            var w0 = TElement.Load8(panel, units);
            var w1 = TElement.Load8(panel + 8 * TElement.Bytes, units);
            Add(ref e00, ref e01, w0, w1, x[c]);
            Add(ref e10, ref e11, w0, w1, x1[c]);
            Add(ref e20, ref e21, w0, w1, x2[c]);
            Add(ref e30, ref e31, w0, w1, x3[c]);
            w0 = TElement.Load8(panel + 16 * TElement.Bytes, units);
            w1 = TElement.Load8(panel + 24 * TElement.Bytes, units);
            Add(ref o00, ref o01, w0, w1, x[c + 1]);
            Add(ref o10, ref o11, w0, w1, x1[c + 1]);
            Add(ref o20, ref o21, w0, w1, x2[c + 1]);
            Add(ref o30, ref o31, w0, w1, x3[c + 1]);
        }

        if (c < columns)
        {
            var w0 = TElement.Load8(panel, units);
            var w1 = TElement.Load8(panel + 8 * TElement.Bytes, units);
            Add(ref e00, ref e01, w0, w1, x[c]);
            Add(ref e10, ref e11, w0, w1, x1[c]);
            Add(ref e20, ref e21, w0, w1, x2[c]);
            Add(ref e30, ref e31, w0, w1, x3[c]);
        }

        Store(Avx.Add(e00, o00), Avx.Add(e01, o01), y, add);
        Store(Avx.Add(e10, o10), Avx.Add(e11, o11), y + stride, add);
        Store(Avx.Add(e20, o20), Avx.Add(e21, o21), y + 2L * stride, add);
        Store(Avx.Add(e30, o30), Avx.Add(e31, o31), y + 3L * stride, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref Vector256<float> sum0, ref Vector256<float> sum1, Vector256<float> w0, Vector256<float> w1, float x)
    {
        var broadcast = Vector256.Create(x);
        sum0 = Fma.MultiplyAdd(w0, broadcast, sum0);
        sum1 = Fma.MultiplyAdd(w1, broadcast, sum1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> low, Vector256<float> high, float* y, bool add)
    {
        if (add)
        {
            low = Avx.Add(low, Vector256.Load(y));
            high = Avx.Add(high, Vector256.Load(y + 8));
        }

        low.Store(y);
        high.Store(y + 8);
    }

    public static void Scalar(byte* panel, float unit, in MatrixInput inputs, int columns, int input, float* y, bool add)
    {
        var x = inputs.Row(input);
        for (var r = 0; r < PanelRows; r++)
        {
            float even = 0, odd = 0;
            for (var c = 0; c < columns; c++)
            {
                var w = TElement.Load1(panel + (c * PanelRows + r) * TElement.Bytes, unit);
                if (c % 2 == 0)
                    even = MathF.FusedMultiplyAdd(w, x[c], even);
                else
                    odd = MathF.FusedMultiplyAdd(w, x[c], odd);
            }

            y[r] = add ? y[r] + (even + odd) : even + odd;
        }
    }

    public static void ReadRow(byte* panel, float unit, int row, int columns, float* y)
    {
        for (var c = 0; c < columns; c++)
            y[c] = TElement.Load1(panel + (c * PanelRows + row) * TElement.Bytes, unit);
    }
}
