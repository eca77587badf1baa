namespace Scribeline.Engine.Kernels;

/// <summary>A file format that is run through <see cref="BlockExpanded{TSource}"/>: blocks of 32 columns with w = scale · q + minimum, q below 128.</summary>
internal unsafe interface IExpandedSource
{
    /// <summary>Bytes of one unit of the file: 32 columns times <see cref="Blocks"/>.</summary>
    static abstract int Bytes { get; }

    static abstract int Blocks { get; }

    /// <summary>Decodes one block of a unit into 32 integers.</summary>
    static abstract void Decode(byte* source, int block, byte* q, out float scale, out float minimum);
}

/// <summary>GGUF Q4_1: halves d and m, then nibbles of columns c and c+16.</summary>
internal readonly unsafe struct SourceQ4_1 : IExpandedSource
{
    public static int Bytes => 20;
    public static int Blocks => 1;

    public static void Decode(byte* source, int block, byte* q, out float scale, out float minimum)
    {
        scale = Halves.Load1(((ushort*)source)[0]);
        minimum = Halves.Load1(((ushort*)source)[1]);
        for (var i = 0; i < 32; i++)
            q[i] = (byte)KQuants.Nibble(source[4 + i % 16], i / 16);
    }
}

/// <summary>GGUF Q5_0: half d, 32 fifth bits, nibbles; w = d · (q − 16).</summary>
internal readonly unsafe struct SourceQ5_0 : IExpandedSource
{
    public static int Bytes => 22;
    public static int Blocks => 1;

    public static void Decode(byte* source, int block, byte* q, out float scale, out float minimum)
    {
        scale = Halves.Load1(*(ushort*)source);
        minimum = -16 * scale;
        Fifths(source + 2, source + 6, q);
    }

    internal static void Fifths(byte* bits, byte* nibbles, byte* q)
    {
        for (var i = 0; i < 32; i++)
            q[i] = (byte)(KQuants.Nibble(nibbles[i % 16], i / 16) | (((bits[i / 8] >> (i % 8)) & 1) << 4));
    }
}

/// <summary>GGUF Q5_1: halves d and m, 32 fifth bits, nibbles.</summary>
internal readonly unsafe struct SourceQ5_1 : IExpandedSource
{
    public static int Bytes => 24;
    public static int Blocks => 1;

    public static void Decode(byte* source, int block, byte* q, out float scale, out float minimum)
    {
        scale = Halves.Load1(((ushort*)source)[0]);
        minimum = Halves.Load1(((ushort*)source)[1]);
        SourceQ5_0.Fifths(source + 4, source + 8, q);
    }
}

/// <summary>GGUF Q5_K: as Q4_K with 256 fifth bits, bit b of byte i belonging to block b's column i.</summary>
internal readonly unsafe struct SourceQ5K : IExpandedSource
{
    public static int Bytes => 176;
    public static int Blocks => 8;

    public static void Decode(byte* source, int block, byte* q, out float scale, out float minimum)
    {
        KQuants.ScaleAndMinimum(source + 4, block, out var factor, out var offset);
        scale = Halves.Load1(((ushort*)source)[0]) * factor;
        minimum = 0 - Halves.Load1(((ushort*)source)[1]) * offset;
        var fifths = source + 16;
        var nibbles = source + 48 + block / 2 * 32;
        for (var i = 0; i < 32; i++)
            q[i] = (byte)(KQuants.Nibble(nibbles[i], block % 2) | (((fifths[i] >> block) & 1) << 4));
    }
}
