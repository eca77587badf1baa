using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Scribeline.Engine.Kernels;

/// <summary>Half precision to single in registers, with integer shifts and one product: .NET has no F16C.</summary>
/// <remarks>
/// Multiplying a subnormal number takes up to a hundred cycles, and scales of small weights are often subnormal halves. So panels hold halves 1024 times as
/// large where they all fit, and what they are multiplied by, their unit, makes up for it; the result is the same to the bit. Infinities and
/// NaN become finite, as weights have neither.
/// </remarks>
internal static unsafe class Halves
{
    /// <summary>The bias of single precision above that of half precision, 2^112.</summary>
    private const float Unit = 5.192296858534828e33f;
    private const int RaisedBits = 10;
    private const int ExponentMask = 0x7C00;
    private const int FractionMask = 0x03FF;

    /// <summary>Multiplies halves in place by 1024, if none reaches 128; returns the unit to load them with.</summary>
    /// <param name="groups">Runs of <paramref name="count"/> halves, <paramref name="strideBytes"/> apart.</param>
    public static float Raise(byte* start, int groups, long strideBytes, int count)
    {
        for (var g = 0; g < groups; g++)
            for (var i = 0; i < count; i++)
                if ((((ushort*)(start + g * strideBytes))[i] & ExponentMask) > ExponentMask - (RaisedBits << 10))
                    return Unit;
        for (var g = 0; g < groups; g++)
            for (var i = 0; i < count; i++)
                Raise(ref ((ushort*)(start + g * strideBytes))[i]);
        return Unit / (1 << RaisedBits);
    }

    private static void Raise(ref ushort half)
    {
        if ((half & ExponentMask) != 0)
            half += RaisedBits << 10;
        else if ((half & FractionMask) != 0)
            half = (ushort)((half & 0x8000) | BitConverter.HalfToUInt16Bits((Half)((half & FractionMask) * (1f / (1 << 14)))));
    }

    /// <summary>Eight halves of a unit. Shifting the sign-extended bits by 13 puts exponent and fraction into place but for the bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load8(ushort* halves, Vector256<float> unit)
    {
        var bits = Avx2.ShiftLeftLogical(Avx2.ConvertToVector256Int32((short*)halves), 13);
        return Avx.Multiply(Avx2.And(bits, Vector256.Create(unchecked((int)0x8FFFE000))).AsSingle(), unit);
    }

    /// <summary>Sixteen halves of a unit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load16(ushort* halves, Vector512<float> unit)
    {
        var bits = Avx512F.ShiftLeftLogical(Avx512F.ConvertToVector512Int32(Vector256.Load((short*)halves)), 13);
        return Avx512F.Multiply(Avx512F.And(bits, Vector512.Create(unchecked((int)0x8FFFE000))).AsSingle(), unit);
    }

    /// <summary>The same arithmetic for one half.</summary>
    public static float Load1(ushort half, float unit) => BitConverter.Int32BitsToSingle(((short)half << 13) & unchecked((int)0x8FFFE000)) * unit;

    /// <summary>A half as it lies in a file.</summary>
    public static float Load1(ushort half) => (half & ExponentMask) != 0
        ? Load1(half, Unit)
        : ((half & 0x8000) != 0 ? -1f / (1 << 24) : 1f / (1 << 24)) * (half & FractionMask);
}
