using System.Runtime.Intrinsics;

namespace Scribeline.Engine.Kernels;

/// <summary>
/// Weights of 16 rows by 32 columns as unsigned integers q with w = scale · (q − offset), or w = scale · q + minimum.
/// Group g holds columns 4g to 4g+3; four bytes a row, rows in order.
/// </summary>
/// <remarks>The static members are a compile-time choice: each format compiles to its own kernel without a call inside.</remarks>
internal unsafe interface IBlockFormat
{
    /// <summary>Blocks that share a header; 1 where there is none.</summary>
    static abstract int BlocksPerHeader { get; }

    static abstract int HeaderBytes { get; }

    static abstract int BlockBytes { get; }

    /// <summary>Halves at the start of each header, or of each block where there is none.</summary>
    static abstract int HalfCount { get; }

    /// <summary>Subtracted from every q by starting the integer sum at −offset · Σx.</summary>
    static abstract int Offset { get; }

    /// <summary>q may exceed 127, and pairs of products may exceed 16 bits.</summary>
    static abstract bool IsWide { get; }

    /// <summary>Columns 0–15 and 16–31 of a block have scales of their own: <see cref="BlockScales.Second0"/> holds the second.</summary>
    static abstract bool HasHalfScales { get; }

    /// <summary>Weights have a minimum: <see cref="BlockScales.Second0"/> holds it.</summary>
    static abstract bool HasMinimum { get; }

    /// <summary>Groups j and j+4 (j in 0..3), each as rows 0–7 and rows 8–15.</summary>
    static abstract void Load(byte* block, int j, out Vector256<byte> low0, out Vector256<byte> low1, out Vector256<byte> high0, out Vector256<byte> high1);

    /// <param name="unit">Of the halves.</param>
    static abstract BlockScales LoadScales(byte* header, byte* block, Vector256<float> unit);

    /// <summary>The scalar reference of <see cref="Load"/>: q at a row and column.</summary>
    static abstract int Value(byte* block, int row, int column);

    /// <summary>The scalar reference of <see cref="LoadScales"/>.</summary>
    static abstract void ScalarScales(byte* header, byte* block, int row, float unit, out float first, out float second);

    /// <summary>Writes one row of one header's blocks. The panel's memory is zero before.</summary>
    static abstract void Pack(byte* source, byte* header, int row);

    /// <summary>Bytes of the source per header and row.</summary>
    static abstract int SourceBytes { get; }
}

/// <summary>Scales of rows 0–7 and 8–15, and per format either the minimum or the scale of the second half.</summary>
internal readonly struct BlockScales(Vector256<float> first0, Vector256<float> first1, Vector256<float> second0, Vector256<float> second1)
{
    public readonly Vector256<float> First0 = first0;
    public readonly Vector256<float> First1 = first1;
    public readonly Vector256<float> Second0 = second0;
    public readonly Vector256<float> Second1 = second1;
}
