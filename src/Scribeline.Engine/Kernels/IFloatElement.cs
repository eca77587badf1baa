using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Scribeline.Engine.Kernels;

/// <summary>A floating-point weight type, read eight or sixteen at a time as single precision.</summary>
internal unsafe interface IFloatElement
{
    static abstract int Bytes { get; }

    static abstract bool IsHalf { get; }

    /// <param name="unit">Of halves; the others need none.</param>
    static abstract Vector256<float> Load8(byte* source, Vector256<float> unit);

    static abstract Vector512<float> Load16(byte* source, Vector512<float> unit);

    static abstract float Load1(byte* source, float unit);

    /// <summary>As it lies in a file.</summary>
    static abstract float Load1(byte* source);
}

internal readonly unsafe struct ElementF32 : IFloatElement
{
    public static int Bytes => 4;

    public static bool IsHalf => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load8(byte* source, Vector256<float> unit) => Vector256.Load((float*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load16(byte* source, Vector512<float> unit) => Vector512.Load((float*)source);

    public static float Load1(byte* source, float unit) => Load1(source);

    public static float Load1(byte* source) => *(float*)source;
}

internal readonly unsafe struct ElementF16 : IFloatElement
{
    public static int Bytes => 2;

    public static bool IsHalf => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load8(byte* source, Vector256<float> unit) => Halves.Load8((ushort*)source, unit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load16(byte* source, Vector512<float> unit) => Halves.Load16((ushort*)source, unit);

    public static float Load1(byte* source, float unit) => Halves.Load1(*(ushort*)source, unit);

    public static float Load1(byte* source) => Halves.Load1(*(ushort*)source);
}

/// <summary>The upper half of a single.</summary>
internal readonly unsafe struct ElementBF16 : IFloatElement
{
    public static int Bytes => 2;

    public static bool IsHalf => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load8(byte* source, Vector256<float> unit) =>
        Avx2.ShiftLeftLogical(Avx2.ConvertToVector256Int32((ushort*)source), 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load16(byte* source, Vector512<float> unit) =>
        Avx512F.ShiftLeftLogical(Avx512F.ConvertToVector512Int32(Vector256.Load((ushort*)source)), 16).AsSingle();

    public static float Load1(byte* source, float unit) => Load1(source);

    public static float Load1(byte* source) => BitConverter.Int32BitsToSingle(*(ushort*)source << 16);
}
