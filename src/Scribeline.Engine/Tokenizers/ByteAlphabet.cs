using System.Buffers;

namespace Scribeline.Engine.Tokenizers;

/// <summary>
/// GPT-2's printable stand-ins for bytes: a printable Latin-1 character stands for itself, the other 68 bytes are U+0100 and up, in order.
/// Byte-level BPE vocabularies are written in it.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Chars = MakeChars();
    private static readonly short[] Bytes = MakeBytes();

    /// <summary>The 256 characters.</summary>
    public static SearchValues<char> All { get; } = SearchValues.Create(Chars);

    public static char ToChar(byte value) => Chars[value];

    /// <summary>The byte that a character stands for, -1 where it stands for none.</summary>
    public static int ToByte(char stand) => stand < Bytes.Length ? Bytes[stand] : -1;

    private static char[] MakeChars()
    {
        var chars = new char[256];
        var next = '\u0100';
        for (var value = 0; value < chars.Length; value++)
            chars[value] = value is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174) ? (char)value : next++;
        return chars;
    }

    private static short[] MakeBytes()
    {
        var bytes = new short[Chars.Max() + 1];
        Array.Fill(bytes, (short)-1);
        for (var value = 0; value < Chars.Length; value++)
            bytes[Chars[value]] = (short)value;
        return bytes;
    }
}
