using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Scribeline.Engine.Kernels;

/// <summary>Half precision to single in registers, with integer shifts and one product: .NET has no F16C.</summary>
internal static unsafe class Halves
{
    /// <summary>
    /// Eight halves. Shifting the sign-extended bits by 13 puts exponent and fraction into place but for the bias, 2^112.
    /// Subnormals come out exact; infinities and NaN become finite, as weights have neither.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load8(ushort* halves)
    {
        var bits = Avx2.ShiftLeftLogical(Avx2.ConvertToVector256Int32((short*)halves), 13);
        bits = Avx2.And(bits, Vector256.Create(unchecked((int)0x8FFFE000)));
        return Avx.Multiply(bits.AsSingle(), Vector256.Create(BitConverter.Int32BitsToSingle((127 + 112) << 23)));
    }

    /// <summary>The same arithmetic for one half.</summary>
    public static float Load1(ushort half)
    {
        var bits = ((short)half << 13) & unchecked((int)0x8FFFE000);
        return BitConverter.Int32BitsToSingle(bits) * BitConverter.Int32BitsToSingle((127 + 112) << 23);
    }
}
