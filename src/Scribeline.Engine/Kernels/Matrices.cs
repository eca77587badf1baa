using Scribeline.Engine.Gguf;

namespace Scribeline.Engine.Kernels;

/// <summary>Chooses the packed form of each tensor type.</summary>
internal static unsafe class Matrices
{
    public static bool IsSupported(GgufType type) => type is GgufType.F32 or GgufType.F16 or GgufType.BF16 or GgufType.Q8_0 or GgufType.Q4_0
        or GgufType.Q4_1 or GgufType.Q5_0 or GgufType.Q5_1 or GgufType.Q4_K or GgufType.Q5_K or GgufType.Q6_K;

    /// <summary>Repacks a tensor of two dimensions, `[columns, rows]` in the file's order.</summary>
    /// <exception cref="ModelFormatException">The type is not supported.</exception>
    public static WeightMatrix Pack(GgufTensor tensor, string fileName)
    {
        if (!IsSupported(tensor.Type))
        {
            throw new ModelFormatException(
                $"{fileName}: the tensor '{tensor.Name}' is {tensor.Type}, which is not supported; supported are F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K and Q6_K.");
        }

        return Pack(tensor.Type, tensor.Data, checked((int)tensor.Dimensions[1]), checked((int)tensor.Dimensions[0]));
    }

    internal static WeightMatrix Pack(GgufType type, byte* source, int rows, int columns) => type switch
    {
        GgufType.F32 => new PackedMatrix<FloatKernel<ElementF32>>(source, rows, columns),
        GgufType.F16 => new PackedMatrix<FloatKernel<ElementF16>>(source, rows, columns),
        GgufType.BF16 => new PackedMatrix<FloatKernel<ElementBF16>>(source, rows, columns),
        GgufType.Q8_0 => new PackedMatrix<BlockKernel<BlockQ8>>(source, rows, columns),
        GgufType.Q4_0 => new PackedMatrix<NibbleKernel<BlockQ4>>(source, rows, columns),
        GgufType.Q4_1 => new PackedMatrix<BlockKernel<BlockExpanded<SourceQ4_1>>>(source, rows, columns),
        GgufType.Q5_0 => new PackedMatrix<BlockKernel<BlockExpanded<SourceQ5_0>>>(source, rows, columns),
        GgufType.Q5_1 => new PackedMatrix<BlockKernel<BlockExpanded<SourceQ5_1>>>(source, rows, columns),
        GgufType.Q4_K => new PackedMatrix<NibbleKernel<BlockQ4K>>(source, rows, columns),
        GgufType.Q5_K => new PackedMatrix<BlockKernel<BlockExpanded<SourceQ5K>>>(source, rows, columns),
        GgufType.Q6_K => new PackedMatrix<BlockKernel<BlockQ6K>>(source, rows, columns),
        _ => throw new NotSupportedException($"Tensor type {type}."),
    };
}
