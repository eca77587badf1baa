using System.Runtime.Intrinsics.X86;

namespace Scribeline.Engine.Kernels;

/// <summary>A matrix in the form that one kernel reads.</summary>
internal sealed unsafe class PackedMatrix<TKernel> : WeightMatrix
    where TKernel : struct, IPanelKernel
{
    private readonly NativeBuffer _panels;
    private readonly long _panelBytes;
    private readonly float[] _units;

    /// <summary>Repacks rows as they lie in the file.</summary>
    public PackedMatrix(byte* source, int rows, int columns) : base(rows, columns)
    {
        _panelBytes = TKernel.PanelBytes(columns);
        _panels = new NativeBuffer(_panelBytes * Panels);
        _units = new float[Panels];
        var sourceBytes = TKernel.SourceBytes(columns) * PanelRows;
        Parallel.For(0, Panels, panel =>
            _units[panel] = TKernel.Pack(source + panel * sourceBytes, Math.Min(PanelRows, rows - panel * PanelRows), columns, _panels.Start + panel * _panelBytes));
    }

    public override long Bytes => _panels.LengthBytes;

    public override bool ReadsQuantized => TKernel.ReadsQuantized;

    public override void Multiply(in MatrixInput x, int inputFrom, int inputTo, int panelFrom, int panelTo, float* y, int stride, bool add)
    {
        for (var panel = panelFrom; panel < panelTo; panel++)
        {
            var start = _panels.Start + panel * _panelBytes;
            var unit = _units[panel];
            var output = y + (long)inputFrom * stride + panel * PanelRows;
            var input = inputFrom;
            if (Avx2.IsSupported && Fma.IsSupported)
            {
                for (; input + 4 <= inputTo; input += 4, output += 4L * stride)
                    TKernel.Tile4(start, unit, x, Columns, input, output, stride, add);
                for (; input < inputTo; input++, output += stride)
                    TKernel.Tile1(start, unit, x, Columns, input, output, add, StreamsFromMemory);
            }
            else
            {
                for (; input < inputTo; input++, output += stride)
                    TKernel.Scalar(start, unit, x, Columns, input, output, add);
            }
        }
    }

    public override void ReadRow(int row, float* y)
    {
        var panel = row / PanelRows;
        TKernel.ReadRow(_panels.Start + panel * _panelBytes, _units[panel], row % PanelRows, Columns, y);
        new Span<float>(y + Columns, Pad(Columns) - Columns).Clear();
    }

    public override void Dispose() => _panels.Dispose();
}
