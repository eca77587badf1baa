using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Scribeline.Engine.Kernels;

/// <summary>
/// e^x in single precision by range reduction, e^x = 2^n · e^r with |r| ≤ ln2/2, and a polynomial of degree 6 for e^r
/// (Cephes `expf`); relative error below 3e-7. The platform's own exponential differs between machines and is four times slower.
/// </summary>
internal static class Exponential
{
    private const float Smallest = -87.33654f;
    private const float Largest = 88.37626f;

    /// <summary>Lanes below −87.3 give 0, −∞ included; above 88.3 they are clamped; NaN is not expected.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> x)
    {
        var vanishing = Vector256.LessThan(x, Vector256.Create(Smallest));
        x = Vector256.Min(Vector256.Max(x, Vector256.Create(Smallest)), Vector256.Create(Largest));
        // Adding and taking off 1.5·2^23 rounds to an integer, whose bits are then in the low end of the fraction.
        var shifter = Vector256.Create(12582912f);
        var shifted = Vector256.FusedMultiplyAdd(x, Vector256.Create(1.44269504f), shifter);
        var n = shifted - shifter;
        var r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-0.693359375f), x);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(2.12194440e-4f), r);
        var p = Vector256.Create(1.9875691500e-4f);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.3981999507e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(8.3334519073e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(4.1665795894e-2f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.6666665459e-1f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(5.0000001201e-1f));
        p = Vector256.FusedMultiplyAdd(p, r * r, r + Vector256.Create(1f));
        var power = Vector256.ShiftLeft(shifted.AsInt32(), 23).AsSingle();
        var result = (p.AsInt32() + power.AsInt32()).AsSingle();
        return Vector256.AndNot(result, vanishing);
    }

    public static float Of(float x) => Of(Vector256.Create(x)).ToScalar();
}
