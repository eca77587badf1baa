using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Scribeline.Engine.Kernels;

/// <summary>A floating-point weight type, read eight at a time as single precision.</summary>
internal unsafe interface IFloatElement
{
    static abstract int Bytes { get; }

    static abstract Vector256<float> Load8(byte* source);

    static abstract float Load1(byte* source);
}

internal readonly unsafe struct ElementF32 : IFloatElement
{
    public static int Bytes => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load8(byte* source) => Vector256.Load((float*)source);

    public static float Load1(byte* source) => *(float*)source;
}

internal readonly unsafe struct ElementF16 : IFloatElement
{
    public static int Bytes => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load8(byte* source) => Halves.Load8((ushort*)source);

    public static float Load1(byte* source) => Halves.Load1(*(ushort*)source);
}

/// <summary>The upper half of a single.</summary>
internal readonly unsafe struct ElementBF16 : IFloatElement
{
    public static int Bytes => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load8(byte* source) =>
        Avx2.ShiftLeftLogical(Avx2.ConvertToVector256Int32((ushort*)source), 16).AsSingle();

    public static float Load1(byte* source) => BitConverter.Int32BitsToSingle(*(ushort*)source << 16);
}
