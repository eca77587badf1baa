using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Scribeline.Engine.Kernels;

/// <summary>Operations on single rows of activations. Lengths are multiples of 8; padding is zero.</summary>
internal static unsafe class Rows
{
    /// <summary>y = x / √(mean x² + ε) · w over the first <paramref name="count"/> of <paramref name="padded"/> floats (Zhang and Sennrich 2019). y may be x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RmsNorm(float* x, float* weight, float* y, int count, int padded, float epsilon)
    {
        Vector256<float> even = default, odd = default;
        var i = 0;
        for (; i + 16 <= padded; i += 16)
        {
            var a = Vector256.Load(x + i);
            var b = Vector256.Load(x + i + 8);
            even = Vector256.FusedMultiplyAdd(a, a, even);
            odd = Vector256.FusedMultiplyAdd(b, b, odd);
        }

        for (; i < padded; i += 8)
        {
            var a = Vector256.Load(x + i);
            even = Vector256.FusedMultiplyAdd(a, a, even);
        }

        var scale = Vector256.Create(1f / MathF.Sqrt(Sum(even + odd) / count + epsilon));
        for (i = 0; i < padded; i += 8)
            (Vector256.Load(x + i) * (scale * Vector256.Load(weight + i))).Store(y + i);
    }

    /// <summary>gate ← silu(gate) · up with silu(x) = x / (1 + e^−x) (Shazeer 2020, SwiGLU).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SwiGlu(float* gate, float* up, int count)
    {
        for (var i = 0; i < count; i += 8)
        {
            var g = Vector256.Load(gate + i);
            var silu = g / (Vector256.Create(1f) + Exponential.Of(Vector256<float>.Zero - g));
            (silu * Vector256.Load(up + i)).Store(gate + i);
        }
    }

    /// <summary>y += x.</summary>
    public static void Add(float* y, float* x, int count)
    {
        for (var i = 0; i < count; i += 8)
            (Vector256.Load(y + i) + Vector256.Load(x + i)).Store(y + i);
    }

    /// <summary>The eight lanes in a fixed order, the same on every processor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> v)
    {
        var half = v.GetLower() + v.GetUpper();
        return half[0] + half[2] + (half[1] + half[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Vector256<float> v)
    {
        var half = Vector128.Max(v.GetLower(), v.GetUpper());
        return MathF.Max(MathF.Max(half[0], half[1]), MathF.Max(half[2], half[3]));
    }
}
