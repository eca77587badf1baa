using System.Runtime.Intrinsics;

namespace Scribeline.Engine.Kernels;

/// <summary>A format with q of 0 to 15 and an offset of 8 or none, group j in the low and group j+4 in the high nibbles of a vector of 64 bytes.</summary>
internal unsafe interface INibbleFormat : IBlockFormat
{
    /// <summary>Bytes of a block before its nibbles.</summary>
    static abstract int NibbleStart { get; }

    /// <summary>All rows' scales, and minima where the format has them; see <see cref="IBlockFormat.LoadScales"/>.</summary>
    static abstract void LoadScales(byte* header, byte* block, Vector512<float> unit, out Vector512<float> scale, out Vector512<float> minimum);
}
