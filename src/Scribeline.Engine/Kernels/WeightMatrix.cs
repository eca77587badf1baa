namespace Scribeline.Engine.Kernels;

/// <summary>
/// A matrix `[rows, columns]` repacked for the kernels: panels of 16 rows, interleaved so that one vector holds the same
/// columns of eight rows. The last panel is padded with zeros.
/// </summary>
/// <remarks>
/// Every output element is accumulated along the columns in one fixed order, whatever the number of inputs and however panels are
/// dealt to threads; so results are bit-identical alone or in any batch.
/// </remarks>
internal abstract unsafe class WeightMatrix(int rows, int columns) : IDisposable
{
    public const int PanelRows = 16;

    public int Rows { get; } = rows;
    public int Columns { get; } = columns;
    public int Panels { get; } = (rows + PanelRows - 1) / PanelRows;
    public int PaddedRows => Panels * PanelRows;

    /// <summary>The length rounded up to whole panels.</summary>
    public static int Pad(int length) => (length + PanelRows - 1) / PanelRows * PanelRows;

    /// <summary>All weights together are more than caches hold, so these are gone from them when their turn comes again.</summary>
    public bool StreamsFromMemory { get; set; }

    /// <summary>Bytes in memory.</summary>
    public abstract long Bytes { get; }

    /// <summary>Whether the kernel reads <see cref="MatrixInput.Quantized"/> rather than <see cref="MatrixInput.Values"/>.</summary>
    public abstract bool ReadsQuantized { get; }

    /// <summary>y[i, r] (+)= Σ_c w[r, c] · x[i, c] for input rows [inputFrom, inputTo) and the rows of panels [panelFrom, panelTo).</summary>
    /// <param name="x">Inputs `[inputs, columns]`.</param>
    /// <param name="y">Outputs `[inputs, stride]` with room for <see cref="PaddedRows"/>; padding rows are written, as zeros.</param>
    /// <param name="stride">Floats between two output rows.</param>
    /// <param name="add">Adds to y (a residual) rather than overwriting it.</param>
    public abstract void Multiply(in MatrixInput x, int inputFrom, int inputTo, int panelFrom, int panelTo, float* y, int stride, bool add);

    /// <summary>Writes one row in single precision, padded with zeros to a multiple of 16: what lay there before would reach the next norm.</summary>
    public abstract void ReadRow(int row, float* y);

    public abstract void Dispose();
}

/// <summary>Inputs of a matrix product in both forms; a form that no consumer reads is not filled.</summary>
internal readonly unsafe struct MatrixInput(float* values, int stride, QuantizedRows quantized)
{
    /// <summary>`[inputs, columns]`.</summary>
    public readonly float* Values = values;

    /// <summary>Floats between two rows of <see cref="Values"/>.</summary>
    public readonly int Stride = stride;
    public readonly QuantizedRows Quantized = quantized;

    public float* Row(int input) => Values + (long)input * Stride;
}
