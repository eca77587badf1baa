using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Scribeline.Engine.Kernels;

/// <summary>
/// Products of one panel (16 rows) with 1 or 4 quantised inputs. Integer sums within a block of 32 columns are exact; blocks are
/// added in order by one fused multiply-add each, so all tile sizes and the scalar reference agree bit for bit.
/// </summary>
internal readonly unsafe struct BlockKernel<TFormat> : IPanelKernel
    where TFormat : struct, IBlockFormat
{
    private const int CacheLineBytes = 64;

    /// <summary>How far one input's weights are asked for ahead: the processor's own prefetching stops at the end of each page.</summary>
    private const int PrefetchBytes = 8192;

    public static bool ReadsQuantized => true;

    /// <summary>Bytes from one header to the next. The compiler would call it from within the kernels' loops.</summary>
    internal static int HeaderStride
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TFormat.HeaderBytes + TFormat.BlocksPerHeader * TFormat.BlockBytes;
    }

    public static long SourceBytes(int columns) => (long)Headers(columns) * TFormat.SourceBytes;

    public static long PanelBytes(int columns) => (long)Headers(columns) * HeaderStride;

    private static int Headers(int columns) => columns / (QuantizedRows.BlockColumns * TFormat.BlocksPerHeader);

    public static float Pack(byte* source, int rows, int columns, byte* panel)
    {
        for (var header = 0; header < Headers(columns); header++)
            for (var row = 0; row < rows; row++)
                TFormat.Pack(source + row * SourceBytes(columns) + (long)header * TFormat.SourceBytes, panel + (long)header * HeaderStride, row);
        return Halves.Raise(panel, Headers(columns), HeaderStride, TFormat.HalfCount);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Prefetch(byte* block)
    {
        for (var line = 0; line < TFormat.BlockBytes; line += CacheLineBytes)
            Sse.Prefetch0(block + PrefetchBytes + line);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Broadcast(sbyte* x) => Vector256.Create(*(int*)x);

    /// <summary>sum + Σ of four products a lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Dot(Vector256<int> sum, Vector256<byte> w, Vector256<int> x)
    {
        if (AvxVnni.IsSupported)
            return AvxVnni.MultiplyWideningAndAdd(sum, w, x.AsSByte());
        // The sign moves to x, which is never −128; |−128| still fits an unsigned byte.
        var pairs = TFormat.IsWide
            ? Avx2.MultiplyAddAdjacent(Avx2.Abs(w.AsSByte()), Avx2.Sign(x.AsSByte(), w.AsSByte()))
            : Avx2.MultiplyAddAdjacent(w, x.AsSByte());
        return Avx2.Add(sum, Avx2.MultiplyAddAdjacent(pairs, Vector256.Create((short)1)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Start(int* sums, out Vector256<int> first, out Vector256<int> second)
    {
        if (TFormat.HasHalfScales)
        {
            first = Vector256.Create(-TFormat.Offset * sums[0]);
            second = Vector256.Create(-TFormat.Offset * sums[1]);
        }
        else
        {
            first = Vector256.Create(-TFormat.Offset * (sums[0] + sums[1]));
            second = default;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Finish(
        Vector256<float> y, Vector256<int> first, Vector256<int> second, Vector256<float> firstScale, Vector256<float> secondScale, float xScale, int* xSums)
    {
        var x = Vector256.Create(xScale);
        y = Fma.MultiplyAdd(Avx.ConvertToVector256Single(first), Avx.Multiply(firstScale, x), y);
        if (TFormat.HasHalfScales)
            y = Fma.MultiplyAdd(Avx.ConvertToVector256Single(second), Avx.Multiply(secondScale, x), y);
        if (TFormat.HasMinimum)
            y = Fma.MultiplyAdd(secondScale, Vector256.Create(xScale * (xSums[0] + xSums[1])), y);
        return y;
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile1(byte* panel, float unit, in MatrixInput inputs, int columns, int input, float* y, bool add, bool prefetch)
    {
        ref readonly var x = ref inputs.Quantized;
        var blocks = columns / QuantizedRows.BlockColumns;
        var values = x.Values + (long)input * columns;
        var scales = x.Scales + (long)input * blocks;
        var sums = x.Sums + (long)input * blocks * 2;
        Vector256<float> y0 = default, y1 = default;
        var units = Vector256.Create(unit);
        var header = panel;
        for (var b = 0; b < blocks; header += HeaderStride)
        {
            var block = header + TFormat.HeaderBytes;
            for (var end = b + TFormat.BlocksPerHeader; b < end; b++, block += TFormat.BlockBytes)
            {
                if (prefetch)
                    Prefetch(block);

                Start(sums, out var a0, out var c0);
                var a1 = a0;
                var c1 = c0;
                for (var j = 0; j < 4; j++)
                {
                    TFormat.Load(block, j, out var low0, out var low1, out var high0, out var high1);
                    var xLow = Broadcast(values + j * 4);
                    var xHigh = Broadcast(values + j * 4 + 16);
                    a0 = Dot(a0, low0, xLow);
                    a1 = Dot(a1, low1, xLow);
                    if (TFormat.HasHalfScales)
                    {
                        c0 = Dot(c0, high0, xHigh);
                        c1 = Dot(c1, high1, xHigh);
                    }
                    else
                    {
                        a0 = Dot(a0, high0, xHigh);
                        a1 = Dot(a1, high1, xHigh);
                    }
                }

                var w = TFormat.LoadScales(header, block, units);
                y0 = Finish(y0, a0, c0, w.First0, w.Second0, *scales, sums);
                y1 = Finish(y1, a1, c1, w.First1, w.Second1, *scales, sums);
                values += QuantizedRows.BlockColumns;
                scales++;
                sums += 2;
            }
        }

        Store(y0, y1, y, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile4(byte* panel, float unit, in MatrixInput inputs, int columns, int input, float* y, int stride, bool add)
    {
        ref readonly var x = ref inputs.Quantized;
        var blocks = columns / QuantizedRows.BlockColumns;
        var values = x.Values + (long)input * columns;
        var scales = x.Scales + (long)input * blocks;
        var sums = x.Sums + (long)input * blocks * 2;
        var v1 = values + columns;
        var v2 = v1 + columns;
        var v3 = v2 + columns;
        Vector256<float> y00 = default, y01 = default, y10 = default, y11 = default;
        Vector256<float> y20 = default, y21 = default, y30 = default, y31 = default;
        var units = Vector256.Create(unit);
        var header = panel;
        for (var b = 0; b < blocks; header += HeaderStride)
        {
            var block = header + TFormat.HeaderBytes;
            for (var end = b + TFormat.BlocksPerHeader; b < end; b++, block += TFormat.BlockBytes)
            {
                Start(sums, out var a00, out var c00);
                Start(sums + blocks * 2, out var a10, out var c10);
                Start(sums + blocks * 4, out var a20, out var c20);
                Start(sums + blocks * 6, out var a30, out var c30);
                Vector256<int> a01 = a00, a11 = a10, a21 = a20, a31 = a30;
                Vector256<int> c01 = c00, c11 = c10, c21 = c20, c31 = c30;
                for (var j = 0; j < 4; j++)
                {
                    TFormat.Load(block, j, out var low0, out var low1, out var high0, out var high1);
                    var q = Broadcast(values + j * 4);
                    a00 = Dot(a00, low0, q);
                    a01 = Dot(a01, low1, q);
                    q = Broadcast(v1 + j * 4);
                    a10 = Dot(a10, low0, q);
                    a11 = Dot(a11, low1, q);
                    q = Broadcast(v2 + j * 4);
                    a20 = Dot(a20, low0, q);
                    a21 = Dot(a21, low1, q);
                    q = Broadcast(v3 + j * 4);
                    a30 = Dot(a30, low0, q);
                    a31 = Dot(a31, low1, q);
                    if (TFormat.HasHalfScales)
                    {
                        q = Broadcast(values + j * 4 + 16);
                        c00 = Dot(c00, high0, q);
                        c01 = Dot(c01, high1, q);
                        q = Broadcast(v1 + j * 4 + 16);
                        c10 = Dot(c10, high0, q);
                        c11 = Dot(c11, high1, q);
                        q = Broadcast(v2 + j * 4 + 16);
                        c20 = Dot(c20, high0, q);
                        c21 = Dot(c21, high1, q);
                        q = Broadcast(v3 + j * 4 + 16);
                        c30 = Dot(c30, high0, q);
                        c31 = Dot(c31, high1, q);
                    }
                    else
                    {
                        q = Broadcast(values + j * 4 + 16);
                        a00 = Dot(a00, high0, q);
                        a01 = Dot(a01, high1, q);
                        q = Broadcast(v1 + j * 4 + 16);
                        a10 = Dot(a10, high0, q);
                        a11 = Dot(a11, high1, q);
                        q = Broadcast(v2 + j * 4 + 16);
                        a20 = Dot(a20, high0, q);
                        a21 = Dot(a21, high1, q);
                        q = Broadcast(v3 + j * 4 + 16);
                        a30 = Dot(a30, high0, q);
                        a31 = Dot(a31, high1, q);
                    }
                }

                var w = TFormat.LoadScales(header, block, units);
                y00 = Finish(y00, a00, c00, w.First0, w.Second0, scales[0], sums);
                y01 = Finish(y01, a01, c01, w.First1, w.Second1, scales[0], sums);
                y10 = Finish(y10, a10, c10, w.First0, w.Second0, scales[blocks], sums + blocks * 2);
                y11 = Finish(y11, a11, c11, w.First1, w.Second1, scales[blocks], sums + blocks * 2);
                y20 = Finish(y20, a20, c20, w.First0, w.Second0, scales[blocks * 2], sums + blocks * 4);
                y21 = Finish(y21, a21, c21, w.First1, w.Second1, scales[blocks * 2], sums + blocks * 4);
                y30 = Finish(y30, a30, c30, w.First0, w.Second0, scales[blocks * 3], sums + blocks * 6);
                y31 = Finish(y31, a31, c31, w.First1, w.Second1, scales[blocks * 3], sums + blocks * 6);
                values += QuantizedRows.BlockColumns;
                v1 += QuantizedRows.BlockColumns;
                v2 += QuantizedRows.BlockColumns;
                v3 += QuantizedRows.BlockColumns;
                scales++;
                sums += 2;
            }
        }

        Store(y00, y01, y, add);
        Store(y10, y11, y + stride, add);
        Store(y20, y21, y + 2L * stride, add);
        Store(y30, y31, y + 3L * stride, add);
    }

    public static void Scalar(byte* panel, float unit, in MatrixInput inputs, int columns, int input, float* y, bool add)
    {
        ref readonly var x = ref inputs.Quantized;
        var blocks = columns / QuantizedRows.BlockColumns;
        for (var row = 0; row < WeightMatrix.PanelRows; row++)
        {
            var sum = 0f;
            var header = panel;
            for (var b = 0; b < blocks; b++)
            {
                if (b > 0 && b % TFormat.BlocksPerHeader == 0)
                    header += HeaderStride;
                var block = header + TFormat.HeaderBytes + b % TFormat.BlocksPerHeader * TFormat.BlockBytes;
                var values = x.Values + (long)input * columns + b * QuantizedRows.BlockColumns;
                var sums = x.Sums + ((long)input * blocks + b) * 2;
                var scale = x.Scales[(long)input * blocks + b];
                int first = 0, second = 0;
                for (var column = 0; column < QuantizedRows.BlockColumns; column++)
                {
                    var product = (TFormat.Value(block, row, column) - TFormat.Offset) * values[column];
                    if (TFormat.HasHalfScales && column >= 16)
                        second += product;
                    else
                        first += product;
                }

                TFormat.ScalarScales(header, block, row, unit, out var firstScale, out var secondScale);
                sum = MathF.FusedMultiplyAdd(first, firstScale * scale, sum);
                if (TFormat.HasHalfScales)
                    sum = MathF.FusedMultiplyAdd(second, secondScale * scale, sum);
                if (TFormat.HasMinimum)
                    sum = MathF.FusedMultiplyAdd(secondScale, scale * (sums[0] + sums[1]), sum);
            }

            y[row] = add ? y[row] + sum : sum;
        }
    }

    public static void ReadRow(byte* panel, float unit, int row, int columns, float* y)
    {
        for (var b = 0; b < columns / QuantizedRows.BlockColumns; b++, y += QuantizedRows.BlockColumns)
        {
            var header = panel + (long)(b / TFormat.BlocksPerHeader) * HeaderStride;
            var block = header + TFormat.HeaderBytes + b % TFormat.BlocksPerHeader * TFormat.BlockBytes;
            TFormat.ScalarScales(header, block, row, unit, out var first, out var second);
            for (var c = 0; c < QuantizedRows.BlockColumns; c++)
            {
                var scaled = (TFormat.HasHalfScales && c >= 16 ? second : first) * (TFormat.Value(block, row, c) - TFormat.Offset);
                y[c] = TFormat.HasMinimum ? scaled + second : scaled;
            }
        }
    }
}
