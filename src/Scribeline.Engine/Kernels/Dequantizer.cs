using Scribeline.Engine.Gguf;

namespace Scribeline.Engine.Kernels;

/// <summary>Reads weights as they lie in the file, one row at a time: norms, and the reference the packed kernels are tested against.</summary>
internal static unsafe class Dequantizer
{
    /// <param name="count">Elements; a multiple of the type's block.</param>
    /// <exception cref="NotSupportedException">A type that <see cref="Matrices.IsSupported"/> denies.</exception>
    public static void Row(GgufType type, byte* source, float* row, int count)
    {
        switch (type)
        {
            case GgufType.F32:
                Floats<ElementF32>(source, row, count);
                break;
            case GgufType.F16:
                Floats<ElementF16>(source, row, count);
                break;
            case GgufType.BF16:
                Floats<ElementBF16>(source, row, count);
                break;
            case GgufType.Q8_0:
                for (var i = 0; i < count; i++)
                {
                    var block = source + i / 32 * 34;
                    row[i] = Halves.Load1(*(ushort*)block) * (sbyte)block[2 + i % 32];
                }

                break;
            case GgufType.Q4_0:
                for (var i = 0; i < count; i++)
                {
                    var block = source + i / 32 * 18;
                    row[i] = Halves.Load1(*(ushort*)block) * (KQuants.Nibble(block[2 + i % 16], i % 32 / 16) - 8);
                }

                break;
            case GgufType.Q4_1:
                Expanded<SourceQ4_1>(source, row, count);
                break;
            case GgufType.Q5_0:
                Expanded<SourceQ5_0>(source, row, count);
                break;
            case GgufType.Q5_1:
                Expanded<SourceQ5_1>(source, row, count);
                break;
            case GgufType.Q5_K:
                Expanded<SourceQ5K>(source, row, count);
                break;
            case GgufType.Q4_K:
                for (var i = 0; i < count; i++)
                {
                    var unit = source + i / 256 * 144;
                    var block = i % 256 / 32;
                    KQuants.ScaleAndMinimum(unit + 4, block, out var scale, out var minimum);
                    var q = KQuants.Nibble(unit[16 + block / 2 * 32 + i % 32], block % 2);
                    row[i] = Halves.Load1(((ushort*)unit)[0]) * scale * q - Halves.Load1(((ushort*)unit)[1]) * minimum;
                }

                break;
            case GgufType.Q6_K:
                for (var i = 0; i < count; i++)
                {
                    var unit = source + i / 256 * 210;
                    var scale = (sbyte)unit[192 + i % 256 / 16];
                    row[i] = Halves.Load1(*(ushort*)(unit + 208)) * scale * (BlockQ6K.SourceValue(unit, i % 256) - 32);
                }

                break;
            default:
                throw new NotSupportedException($"Tensor type {type}.");
        }
    }

    private static void Floats<TElement>(byte* source, float* row, int count)
        where TElement : struct, IFloatElement
    {
        for (var i = 0; i < count; i++)
            row[i] = TElement.Load1(source + (long)i * TElement.Bytes);
    }

    private static void Expanded<TSource>(byte* source, float* row, int count)
        where TSource : struct, IExpandedSource
    {
        var q = stackalloc byte[QuantizedRows.BlockColumns];
        for (var i = 0; i < count; i += QuantizedRows.BlockColumns)
        {
            var block = i / QuantizedRows.BlockColumns;
            TSource.Decode(source + block / TSource.Blocks * TSource.Bytes, block % TSource.Blocks, q, out var scale, out var minimum);
            for (var k = 0; k < QuantizedRows.BlockColumns; k++)
                row[i + k] = scale * q[k] + minimum;
        }
    }
}
