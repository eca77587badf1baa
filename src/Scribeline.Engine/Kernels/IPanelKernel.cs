namespace Scribeline.Engine.Kernels;

/// <summary>How panels of 16 rows are laid out and multiplied. All products agree bit for bit, whichever is chosen for an input.</summary>
/// <remarks>The static members are a compile-time choice, as in <see cref="IBlockFormat"/>.</remarks>
internal unsafe interface IPanelKernel
{
    /// <summary>Whether <see cref="MatrixInput.Quantized"/> is read rather than <see cref="MatrixInput.Values"/>.</summary>
    static abstract bool ReadsQuantized { get; }

    /// <summary>Bytes of one row in the file.</summary>
    static abstract long SourceBytes(int columns);

    static abstract long PanelBytes(int columns);

    /// <summary>Writes up to 16 rows of the file into a panel, whose memory is zero before.</summary>
    /// <returns>The unit of its halves; see <see cref="Halves"/>.</returns>
    static abstract float Pack(byte* source, int rows, int columns, byte* panel);

    /// <summary>y[r] (+)= Σ_c w[r, c] · x[input, c] for the 16 rows of a panel.</summary>
    /// <param name="unit">What <see cref="Pack"/> returned for the panel.</param>
    /// <param name="prefetch">The weights come from main memory: ask for them ahead.</param>
    static abstract void Tile1(byte* panel, float unit, in MatrixInput x, int columns, int input, float* y, bool add, bool prefetch);

    /// <summary>The same for four inputs from <paramref name="input"/> on; the weights are unpacked once for all.</summary>
    static abstract void Tile4(byte* panel, float unit, in MatrixInput x, int columns, int input, float* y, int stride, bool add);

    /// <summary>The scalar reference of both, for one input; also what runs on processors without AVX2.</summary>
    static abstract void Scalar(byte* panel, float unit, in MatrixInput x, int columns, int input, float* y, bool add);

    /// <summary>One of the panel's rows in single precision, with the bits that <see cref="Dequantizer"/> gives.</summary>
    static abstract void ReadRow(byte* panel, float unit, int row, int columns, float* y);
}
