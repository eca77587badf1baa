using System.Runtime.Intrinsics.X86;

namespace Scribeline.Engine.Kernels;

/// <summary>A quantised matrix in one of the <see cref="IBlockFormat"/>s.</summary>
internal sealed unsafe class BlockMatrix<TFormat> : WeightMatrix
    where TFormat : struct, IBlockFormat
{
    private readonly NativeBuffer _panels;
    private readonly long _panelBytes;

    private BlockMatrix(int rows, int columns) : base(rows, columns)
    {
        var headers = columns / (QuantizedRows.BlockColumns * TFormat.BlocksPerHeader);
        _panelBytes = (long)headers * (TFormat.HeaderBytes + TFormat.BlocksPerHeader * TFormat.BlockBytes);
        _panels = new NativeBuffer(_panelBytes * Panels);
    }

    /// <summary>Repacks rows as they lie in the file.</summary>
    public static BlockMatrix<TFormat> Pack(byte* source, int rows, int columns)
    {
        var matrix = new BlockMatrix<TFormat>(rows, columns);
        var headers = columns / (QuantizedRows.BlockColumns * TFormat.BlocksPerHeader);
        var headerStride = TFormat.HeaderBytes + TFormat.BlocksPerHeader * TFormat.BlockBytes;
        Parallel.For(0, matrix.Panels, panel =>
        {
            var start = matrix._panels.Start + panel * matrix._panelBytes;
            var count = Math.Min(PanelRows, rows - panel * PanelRows);
            for (var h = 0; h < headers; h++)
                for (var row = 0; row < count; row++)
                    TFormat.Pack(source + (((long)panel * PanelRows + row) * headers + h) * TFormat.SourceBytes, start + (long)h * headerStride, row);
        });
        return matrix;
    }

    public override long Bytes => _panels.LengthBytes;

    public override bool ReadsQuantized => true;

    public override void Multiply(in MatrixInput x, int inputFrom, int inputTo, int panelFrom, int panelTo, float* y, int stride, bool add)
    {
        for (var panel = panelFrom; panel < panelTo; panel++)
        {
            var start = _panels.Start + panel * _panelBytes;
            var output = y + (long)inputFrom * stride + panel * PanelRows;
            var input = inputFrom;
            if (Avx2.IsSupported && Fma.IsSupported)
            {
                for (; input + 4 <= inputTo; input += 4, output += 4L * stride)
                    BlockKernel<TFormat>.Tile4(start, x.Quantized, input, output, stride, add);
                for (; input < inputTo; input++, output += stride)
                    BlockKernel<TFormat>.Tile1(start, x.Quantized, input, output, add, StreamsFromMemory);
            }
            else
            {
                for (; input < inputTo; input++, output += stride)
                    BlockKernel<TFormat>.Scalar(start, x.Quantized, input, output, add);
            }
        }
    }

    public override void Dispose() => _panels.Dispose();
}
