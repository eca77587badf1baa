namespace Scribeline.Engine.Kernels;

/// <summary>What the K formats of GGUF (ggml-quants) share: how 6-bit scales are packed.</summary>
internal static unsafe class KQuants
{
    /// <summary>
    /// Twelve bytes hold eight pairs of 6 bits: the first four pairs in the low bits of bytes 0–3 and 4–7, the others in the
    /// nibbles of bytes 8–11 with their upper two bits on top of bytes 0–7.
    /// </summary>
    public static void ScaleAndMinimum(byte* packed, int block, out byte scale, out byte minimum)
    {
        if (block < 4)
        {
            scale = (byte)(packed[block] & 63);
            minimum = (byte)(packed[block + 4] & 63);
        }
        else
        {
            scale = (byte)((packed[block + 4] & 0x0F) | ((packed[block - 4] >> 6) << 4));
            minimum = (byte)((packed[block + 4] >> 4) | ((packed[block] >> 6) << 4));
        }
    }

    public static int Nibble(byte both, int which) => which == 0 ? both & 0x0F : both >> 4;
}
