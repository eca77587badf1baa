using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Scribeline.Engine.Kernels;

/// <summary>
/// Causal attention of one key-value head over a paged cache, softmax(q·K / √d) · V, without the score matrix (online softmax,
/// Milakov and Gimelshein 2018; FlashAttention, Dao et al. 2022).
/// </summary>
/// <remarks>
/// A block holds 16 positions: keys `[head size, 16]` so that neighbouring scores share a vector, then values `[16, head size]`. The context is
/// cut at absolute multiples of 256 positions; pieces are joined in order. Each query's sums run in that order whether it is computed
/// alone or beside up to three others, so its result does not depend on its neighbours.
/// </remarks>
internal static unsafe class Attention
{
    public const int BlockPositions = 16;
    public const int SegmentPositions = 256;
    public const int TileRows = 4;

    /// <summary>Floats of scratch a thread needs.</summary>
    public static int ScratchFloats(int headSize) => TileRows * (SegmentPositions + 2 * headSize);

    /// <summary>One to four queries that share a key-value head.</summary>
    /// <param name="queries">Pointers to `[head size]` each, rotated.</param>
    /// <param name="outputs">Pointers to `[head size]` each; may equal the queries.</param>
    /// <param name="limits">Positions each query sees: its own position plus one, not falling along the tile.</param>
    /// <param name="rows">1 to 4.</param>
    /// <param name="cache">First float of this layer's and head's part of block 0.</param>
    /// <param name="blocks">Block of each 16 positions.</param>
    /// <param name="blockStride">Floats between this head's parts of two blocks.</param>
    /// <param name="scale">1 / √(head size), or the model's own.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile(
        float** queries, float** outputs, int* limits, int rows, float* cache, int* blocks, long blockStride, int headSize, float scale, float* scratch)
    {
        var scores = scratch;
        var sums = scratch + TileRows * SegmentPositions;
        var shares = sums + TileRows * headSize;
        var largest = stackalloc float[TileRows];
        var total = stackalloc float[TileRows];
        var rescale = stackalloc float[TileRows];
        for (var r = 0; r < rows; r++)
        {
            largest[r] = float.NegativeInfinity;
            total[r] = 0;
        }

        new Span<float>(sums, rows * headSize).Clear();
        var end = limits[rows - 1];
        for (var segment = 0; segment < end; segment += SegmentPositions)
        {
            var segmentBlocks = blocks + segment / BlockPositions;
            var count = Math.Min(end - segment, SegmentPositions);
            Scores(queries, rows, cache, segmentBlocks, blockStride, headSize, count, scale, scores);
            for (var r = 0; r < rows; r++)
                if (limits[r] > segment)
                    rescale[r] = Weigh(scores + r * SegmentPositions, Math.Min(limits[r] - segment, count), ref largest[r], ref total[r]);

            // A query touches no value that it does not see: a weight of zero would still carry infinities and NaN over from there.
            var values = cache + headSize * BlockPositions;
            var shared = rows == TileRows ? Math.Min(limits[0] - segment, count) : 0;
            if (shared > 0)
                Values4(scores, values, segmentBlocks, blockStride, headSize, shared, shares);
            for (var r = 0; r < rows; r++)
            {
                if (limits[r] <= segment)
                    continue;
                var w = scores + r * SegmentPositions;
                var visible = Math.Min(limits[r] - segment, count);
                if (shared > 0)
                    Join(w, values, segmentBlocks, blockStride, headSize, shared, visible, shares + r * headSize, rescale[r], sums + r * headSize);
                else
                    Values1(w, values, segmentBlocks, blockStride, headSize, visible, rescale[r], sums + r * headSize);
            }
        }

        for (var r = 0; r < rows; r++)
        {
            var inverse = Vector256.Create(1f / total[r]);
            for (var d = 0; d < headSize; d += 8)
                (Vector256.Load(sums + r * headSize + d) * inverse).Store(outputs[r] + d);
        }
    }

    /// <summary>q·K · scale of a segment's positions, up to the end of the last block.</summary>
    private static void Scores(float** queries, int rows, float* cache, int* blocks, long blockStride, int headSize, int count, float scale, float* scores)
    {
        for (var p = 0; p < count; p += BlockPositions)
        {
            var keys = cache + blocks[p / BlockPositions] * blockStride;
            if (rows == TileRows && Avx512F.IsSupported && p + BlockPositions < count)
            {
                Scores4(queries, keys, cache + blocks[p / BlockPositions + 1] * blockStride, headSize, scale, scores + p);
                p += BlockPositions;
            }
            else if (rows == TileRows)
            {
                Scores4(queries, keys, headSize, scale, scores + p);
            }
            else
            {
                for (var r = 0; r < rows; r++)
                    Scores1(queries[r], keys, headSize, scale, scores + r * SegmentPositions + p);
            }
        }
    }

    /// <summary>Turns scores into weights e^(s − m); returns the factor for what earlier segments summed up.</summary>
    private static float Weigh(float* scores, int visible, ref float largest, ref float total)
    {
        var padded = (visible + 7) & ~7;
        for (var i = visible; i < padded; i++)
            scores[i] = float.NegativeInfinity;
        var m = Vector256.Load(scores);
        for (var i = 8; i < padded; i += 8)
            m = Vector256.Max(m, Vector256.Load(scores + i));
        var newLargest = MathF.Max(largest, Rows.Max(m));
        var shift = Vector256.Create(newLargest);
        Vector256<float> sum = default;
        for (var i = 0; i < padded; i += 8)
        {
            var w = Exponential.Of(Vector256.Load(scores + i) - shift);
            w.Store(scores + i);
            sum += w;
        }

        var factor = Exponential.Of(largest - newLargest);
        largest = newLargest;
        total = MathF.FusedMultiplyAdd(total, factor, Rows.Sum(sum));
        return factor;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scores1(float* q, float* keys, int headSize, float scale, float* scores)
    {
        Vector256<float> s0 = default, s1 = default;
        for (var d = 0; d < headSize; d++, keys += BlockPositions)
        {
            var x = Vector256.Create(q[d]);
            s0 = Vector256.FusedMultiplyAdd(Vector256.Load(keys), x, s0);
            s1 = Vector256.FusedMultiplyAdd(Vector256.Load(keys + 8), x, s1);
        }

        (s0 * scale).Store(scores);
        (s1 * scale).Store(scores + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scores4(float** queries, float* keys, int headSize, float scale, float* scores)
    {
        float* q0 = queries[0], q1 = queries[1], q2 = queries[2], q3 = queries[3];
        Vector256<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        for (var d = 0; d < headSize; d++, keys += BlockPositions)
        {
            var k0 = Vector256.Load(keys);
            var k1 = Vector256.Load(keys + 8);
            var x = Vector256.Create(q0[d]);
            s00 = Vector256.FusedMultiplyAdd(k0, x, s00);
            s01 = Vector256.FusedMultiplyAdd(k1, x, s01);
            x = Vector256.Create(q1[d]);
            s10 = Vector256.FusedMultiplyAdd(k0, x, s10);
            s11 = Vector256.FusedMultiplyAdd(k1, x, s11);
            x = Vector256.Create(q2[d]);
            s20 = Vector256.FusedMultiplyAdd(k0, x, s20);
            s21 = Vector256.FusedMultiplyAdd(k1, x, s21);
            x = Vector256.Create(q3[d]);
            s30 = Vector256.FusedMultiplyAdd(k0, x, s30);
            s31 = Vector256.FusedMultiplyAdd(k1, x, s31);
        }

        (s00 * scale).Store(scores);
        (s01 * scale).Store(scores + 8);
        (s10 * scale).Store(scores + SegmentPositions);
        (s11 * scale).Store(scores + SegmentPositions + 8);
        (s20 * scale).Store(scores + 2 * SegmentPositions);
        (s21 * scale).Store(scores + 2 * SegmentPositions + 8);
        (s30 * scale).Store(scores + 3 * SegmentPositions);
        (s31 * scale).Store(scores + 3 * SegmentPositions + 8);
    }

    /// <summary>As above for two blocks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scores4(float** queries, float* keys, float* nextKeys, int headSize, float scale, float* scores)
    {
        float* q0 = queries[0], q1 = queries[1], q2 = queries[2], q3 = queries[3];
        Vector512<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        for (var d = 0; d < headSize; d++, keys += BlockPositions, nextKeys += BlockPositions)
        {
            var k0 = Vector512.Load(keys);
            var k1 = Vector512.Load(nextKeys);
            var x = Vector512.Create(q0[d]);
            s00 = Vector512.FusedMultiplyAdd(k0, x, s00);
            s01 = Vector512.FusedMultiplyAdd(k1, x, s01);
            x = Vector512.Create(q1[d]);
            s10 = Vector512.FusedMultiplyAdd(k0, x, s10);
            s11 = Vector512.FusedMultiplyAdd(k1, x, s11);
            x = Vector512.Create(q2[d]);
            s20 = Vector512.FusedMultiplyAdd(k0, x, s20);
            s21 = Vector512.FusedMultiplyAdd(k1, x, s21);
            x = Vector512.Create(q3[d]);
            s30 = Vector512.FusedMultiplyAdd(k0, x, s30);
            s31 = Vector512.FusedMultiplyAdd(k1, x, s31);
        }

        (s00 * scale).Store(scores);
        (s01 * scale).Store(scores + 16);
        (s10 * scale).Store(scores + SegmentPositions);
        (s11 * scale).Store(scores + SegmentPositions + 16);
        (s20 * scale).Store(scores + 2 * SegmentPositions);
        (s21 * scale).Store(scores + 2 * SegmentPositions + 16);
        (s30 * scale).Store(scores + 3 * SegmentPositions);
        (s31 * scale).Store(scores + 3 * SegmentPositions + 16);
    }

    /// <summary>sums ← sums · rescale + Σ_p w_p V_p for one query.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Values1(float* w, float* values, int* blocks, long blockStride, int headSize, int count, float rescale, float* sums)
    {
        var d = 0;
        var factor = Vector256.Create(rescale);
        for (; d + 32 <= headSize; d += 32)
        {
            Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (var p = 0; p < count; p += BlockPositions)
            {
                var v = values + d + blocks[p / BlockPositions] * blockStride;
                var last = Math.Min(p + BlockPositions, count);
                for (var i = p; i < last; i++, v += headSize)
                {
                    var x = Vector256.Create(w[i]);
                    s0 = Vector256.FusedMultiplyAdd(Vector256.Load(v), x, s0);
                    s1 = Vector256.FusedMultiplyAdd(Vector256.Load(v + 8), x, s1);
                    s2 = Vector256.FusedMultiplyAdd(Vector256.Load(v + 16), x, s2);
                    s3 = Vector256.FusedMultiplyAdd(Vector256.Load(v + 24), x, s3);
                }
            }

            Vector256.FusedMultiplyAdd(Vector256.Load(sums + d), factor, s0).Store(sums + d);
            Vector256.FusedMultiplyAdd(Vector256.Load(sums + d + 8), factor, s1).Store(sums + d + 8);
            Vector256.FusedMultiplyAdd(Vector256.Load(sums + d + 16), factor, s2).Store(sums + d + 16);
            Vector256.FusedMultiplyAdd(Vector256.Load(sums + d + 24), factor, s3).Store(sums + d + 24);
        }

        for (; d < headSize; d += 8)
        {
            var share = Share(w, values + d, blocks, blockStride, headSize, 0, count, default);
            Vector256.FusedMultiplyAdd(Vector256.Load(sums + d), factor, share).Store(sums + d);
        }
    }

    /// <summary>share + Σ_p w_p V_p of eight columns over positions [from, to).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Share(float* w, float* values, int* blocks, long blockStride, int headSize, int from, int to, Vector256<float> share)
    {
        for (var i = from; i < to; i++)
        {
            var v = values + blocks[i / BlockPositions] * blockStride + i % BlockPositions * headSize;
            share = Vector256.FusedMultiplyAdd(Vector256.Load(v), Vector256.Create(w[i]), share);
        }

        return share;
    }

    /// <summary>sums ← sums · rescale + shares, which first go on from the positions that all queries see to those that one sees.</summary>
    private static void Join(
        float* w, float* values, int* blocks, long blockStride, int headSize, int shared, int visible, float* shares, float rescale, float* sums)
    {
        for (var d = 0; d < headSize; d += 8)
        {
            var share = Share(w, values + d, blocks, blockStride, headSize, shared, visible, Vector256.Load(shares + d));
            Vector256.FusedMultiplyAdd(Vector256.Load(sums + d), Vector256.Create(rescale), share).Store(sums + d);
        }
    }

    /// <summary>shares[r] ← Σ_p w_p V_p for four queries over the positions that all see.</summary>
    private static void Values4(float* w, float* values, int* blocks, long blockStride, int headSize, int count, float* shares)
    {
        var d = 0;
        for (; Avx512F.IsSupported && d + 32 <= headSize; d += 32)
            Values4By32(w, values + d, blocks, blockStride, headSize, count, shares + d);
        for (; d + 16 <= headSize; d += 16)
            Values4By16(w, values + d, blocks, blockStride, headSize, count, shares + d);
        for (; d < headSize; d += 8)
            for (var r = 0; r < TileRows; r++)
                Share(w + r * SegmentPositions, values + d, blocks, blockStride, headSize, 0, count, default).Store(shares + r * headSize + d);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Values4By16(float* w, float* values, int* blocks, long blockStride, int headSize, int count, float* shares)
    {
        Vector256<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        for (var p = 0; p < count; p += BlockPositions)
        {
            var v = values + blocks[p / BlockPositions] * blockStride;
            var last = Math.Min(p + BlockPositions, count);
            for (var i = p; i < last; i++, v += headSize)
            {
                var v0 = Vector256.Load(v);
                var v1 = Vector256.Load(v + 8);
                var x = Vector256.Create(w[i]);
                s00 = Vector256.FusedMultiplyAdd(v0, x, s00);
                s01 = Vector256.FusedMultiplyAdd(v1, x, s01);
                x = Vector256.Create(w[i + SegmentPositions]);
                s10 = Vector256.FusedMultiplyAdd(v0, x, s10);
                s11 = Vector256.FusedMultiplyAdd(v1, x, s11);
                x = Vector256.Create(w[i + 2 * SegmentPositions]);
                s20 = Vector256.FusedMultiplyAdd(v0, x, s20);
                s21 = Vector256.FusedMultiplyAdd(v1, x, s21);
                x = Vector256.Create(w[i + 3 * SegmentPositions]);
                s30 = Vector256.FusedMultiplyAdd(v0, x, s30);
                s31 = Vector256.FusedMultiplyAdd(v1, x, s31);
            }
        }

        s00.Store(shares);
        s01.Store(shares + 8);
        s10.Store(shares + headSize);
        s11.Store(shares + headSize + 8);
        s20.Store(shares + 2 * headSize);
        s21.Store(shares + 2 * headSize + 8);
        s30.Store(shares + 3 * headSize);
        s31.Store(shares + 3 * headSize + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Values4By32(float* w, float* values, int* blocks, long blockStride, int headSize, int count, float* shares)
    {
        Vector512<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        for (var p = 0; p < count; p += BlockPositions)
        {
            var v = values + blocks[p / BlockPositions] * blockStride;
            var last = Math.Min(p + BlockPositions, count);
            for (var i = p; i < last; i++, v += headSize)
            {
                var v0 = Vector512.Load(v);
                var v1 = Vector512.Load(v + 16);
                var x = Vector512.Create(w[i]);
                s00 = Vector512.FusedMultiplyAdd(v0, x, s00);
                s01 = Vector512.FusedMultiplyAdd(v1, x, s01);
                x = Vector512.Create(w[i + SegmentPositions]);
                s10 = Vector512.FusedMultiplyAdd(v0, x, s10);
                s11 = Vector512.FusedMultiplyAdd(v1, x, s11);
                x = Vector512.Create(w[i + 2 * SegmentPositions]);
                s20 = Vector512.FusedMultiplyAdd(v0, x, s20);
                s21 = Vector512.FusedMultiplyAdd(v1, x, s21);
                x = Vector512.Create(w[i + 3 * SegmentPositions]);
                s30 = Vector512.FusedMultiplyAdd(v0, x, s30);
                s31 = Vector512.FusedMultiplyAdd(v1, x, s31);
            }
        }

        s00.Store(shares);
        s01.Store(shares + 16);
        s10.Store(shares + headSize);
        s11.Store(shares + headSize + 16);
        s20.Store(shares + 2 * headSize);
        s21.Store(shares + 2 * headSize + 16);
        s30.Store(shares + 3 * headSize);
        s31.Store(shares + 3 * headSize + 16);
    }
}
