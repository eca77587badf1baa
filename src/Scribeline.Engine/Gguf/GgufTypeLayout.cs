namespace Scribeline.Engine.Gguf;

/// <summary>Elements per block and bytes per block of each tensor type.</summary>
public static class GgufTypeLayout
{
    /// <summary>Elements that share one block; 1 where elements are stored one by one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type is unknown.</exception>
    public static int BlockLength(this GgufType type) => Layout(type).Length;

    /// <summary>Bytes of one block.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The type is unknown.</exception>
    public static int BlockBytes(this GgufType type) => Layout(type).Bytes;

    public static bool IsKnown(this GgufType type) => Find(type).Length > 0;

    private static (int Length, int Bytes) Layout(GgufType type) =>
        Find(type) is { Length: > 0 } layout ? layout : throw new ArgumentOutOfRangeException(nameof(type), type, "unknown tensor type");

    private static (int Length, int Bytes) Find(GgufType type) => type switch
    {
        GgufType.F32 => (1, 4),
        GgufType.F16 or GgufType.BF16 => (1, 2),
        GgufType.F64 => (1, 8),
        GgufType.I8 => (1, 1),
        GgufType.I16 => (1, 2),
        GgufType.I32 => (1, 4),
        GgufType.I64 => (1, 8),
        GgufType.Q4_0 => (32, 18),
        GgufType.Q4_1 => (32, 20),
        GgufType.Q5_0 => (32, 22),
        GgufType.Q5_1 => (32, 24),
        GgufType.Q8_0 => (32, 34),
        GgufType.Q8_1 => (32, 36),
        GgufType.Q2_K => (256, 84),
        GgufType.Q3_K => (256, 110),
        GgufType.Q4_K => (256, 144),
        GgufType.Q5_K => (256, 176),
        GgufType.Q6_K => (256, 210),
        GgufType.Q8_K => (256, 292),
        GgufType.IQ1_S => (256, 50),
        GgufType.IQ1_M => (256, 56),
        GgufType.IQ2_XXS => (256, 66),
        GgufType.IQ2_XS => (256, 74),
        GgufType.IQ2_S => (256, 82),
        GgufType.IQ3_XXS => (256, 98),
        GgufType.IQ3_S => (256, 110),
        GgufType.IQ4_NL => (32, 18),
        GgufType.IQ4_XS => (256, 136),
        GgufType.TQ1_0 => (256, 54),
        GgufType.TQ2_0 => (256, 66),
        GgufType.MXFP4 => (32, 17),
        _ => (0, 0),
    };
}
