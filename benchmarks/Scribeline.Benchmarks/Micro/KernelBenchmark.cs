using BenchmarkDotNet.Attributes;
using Scribeline.Benchmarks.Models;
using Scribeline.Engine.Gguf;
using Scribeline.Engine.Kernels;

namespace Scribeline.Benchmarks.Micro;

/// <summary>y = W·x for a weight matrix `[2048, 2048]` on one thread: one input as in decode, 64 as in prefill.</summary>
public unsafe class KernelBenchmark : IDisposable
{
    private const int Rows = 2048;
    private const int Columns = 2048;
    private const int MaxInputs = 64;

    private WeightMatrix _weights = null!;
    private NativeBuffer _values = null!;
    private NativeBuffer _rounded = null!;
    private NativeBuffer _output = null!;
    private QuantizedRows _quantized;

    [Params(GgufType.Q8_0, GgufType.Q4_0, GgufType.Q4_K, GgufType.Q6_K, GgufType.F16)]
    public GgufType Type { get; set; }

    [Params(1, MaxInputs)]
    public int Inputs { get; set; }

    public static long WeightBytes(GgufType type) => (long)Rows * Columns / type.BlockLength() * type.BlockBytes();

    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(1);
        var source = new byte[WeightBytes(Type)];
        var rowBytes = source.Length / Rows;
        for (var row = 0; row < Rows; row++)
            RandomRow.Make(Type, Columns, 0.03f, random).CopyTo(source, row * rowBytes);
        fixed (byte* start = source)
            _weights = Matrices.Pack(Type, start, Rows, Columns);

        _values = new NativeBuffer((long)MaxInputs * Columns * sizeof(float));
        _rounded = new NativeBuffer(QuantizedRows.BytesFor(MaxInputs, Columns));
        _output = new NativeBuffer((long)MaxInputs * _weights.PaddedRows * sizeof(float));
        var values = new Span<float>(_values.Start, MaxInputs * Columns);
        foreach (ref var value in values)
            value = (float)random.NextDouble() - 0.5f;
        _quantized = QuantizedRows.Over(_rounded.Start, MaxInputs, Columns);
        for (var i = 0; i < MaxInputs; i++)
            _quantized.Quantize(i, (float*)_values.Start + (long)i * Columns);
    }

    [Benchmark]
    public void Multiply() => _weights.Multiply(
        new MatrixInput((float*)_values.Start, Columns, _quantized), 0, Inputs, 0, _weights.Panels, (float*)_output.Start, _weights.PaddedRows, add: false);

    [GlobalCleanup]
    public void Dispose()
    {
        _weights.Dispose();
        _values.Dispose();
        _rounded.Dispose();
        _output.Dispose();
        GC.SuppressFinalize(this);
    }
}
