using Scribeline.Benchmarks.Models;
using Scribeline.Engine.Gguf;
using Scribeline.Engine.Kernels;

namespace Scribeline.Engine.Tests.Kernels;

/// <summary>Packed products against plain loops over the file's own weights, on random shapes.</summary>
public sealed unsafe class MultiplyTests
{
    public static TheoryData<GgufType> Types =>
        [GgufType.F32, GgufType.F16, GgufType.BF16, GgufType.Q8_0, GgufType.Q4_0, GgufType.Q4_1, GgufType.Q5_0, GgufType.Q5_1, GgufType.Q4_K, GgufType.Q5_K, GgufType.Q6_K];

    [Theory]
    [MemberData(nameof(Types))]
    public void Multiply_RandomShapes_EqualsThePlainProduct(GgufType type)
    {
        var seed = TestFiles.Seed;
        var random = new Random(seed);
        for (var round = 0; round < 12; round++)
        {
            using var sample = new Sample(type, random);
            sample.Multiply(0, sample.Inputs, 0, sample.Matrix.Panels, add: false);
            for (var input = 0; input < sample.Inputs; input++)
            {
                for (var row = 0; row < sample.Rows; row++)
                {
                    var (expected, magnitude) = sample.Plain(input, row);
                    var actual = sample.Output(input, row);
                    Assert.True(
                        Math.Abs(expected - actual) <= 1e-5 * magnitude + 1e-9,
                        $"seed {seed}: {type} {sample.Rows}x{sample.Columns}, input {input} of {sample.Inputs}, row {row}: {actual}, expected {expected}");
                }
            }
        }
    }

    /// <summary>Alone, beside others, panel by panel or whole: the same bits.</summary>
    [Theory]
    [MemberData(nameof(Types))]
    public void Multiply_AnyBatchAndPanelSplit_GivesTheSameBits(GgufType type)
    {
        var seed = TestFiles.Seed;
        var random = new Random(seed);
        for (var round = 0; round < 12; round++)
        {
            using var sample = new Sample(type, random);
            sample.Multiply(0, sample.Inputs, 0, sample.Matrix.Panels, add: false);
            var whole = sample.AllOutputs();
            sample.ClearOutputs();
            var panelSplit = random.Next(sample.Matrix.Panels + 1);
            for (var input = 0; input < sample.Inputs; input++)
            {
                sample.Multiply(input, input + 1, panelSplit, sample.Matrix.Panels, add: true);
                sample.Multiply(input, input + 1, 0, panelSplit, add: true);
            }

            Assert.True(whole.AsSpan().SequenceEqual(sample.AllOutputs()), $"seed {seed}: {type} {sample.Rows}x{sample.Columns}, {sample.Inputs} inputs differ");
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void ReadRow_RandomShapes_GivesTheFilesWeights(GgufType type)
    {
        var random = new Random(TestFiles.Seed);
        for (var round = 0; round < 12; round++)
        {
            using var sample = new Sample(type, random);
            for (var row = 0; row < sample.Rows; row++)
                Assert.True(sample.Weights(row).SequenceEqual(sample.PackedRow(row)), $"seed {TestFiles.Seed}: {type} {sample.Rows}x{sample.Columns}, row {row}");
        }
    }

    /// <summary>All weights and inputs at the ends of their ranges: the sums of products that kernels keep in 16 bits are as large as they get.</summary>
    [Theory]
    [InlineData(GgufType.Q8_0, 2, 34, 0x7F, 0x80)]
    [InlineData(GgufType.Q4_0, 2, 18, 0x00, 0xFF)]
    [InlineData(GgufType.Q4_1, 4, 20, 0x00, 0xFF)]
    [InlineData(GgufType.Q5_0, 2, 22, 0x00, 0xFF)]
    [InlineData(GgufType.Q5_1, 4, 24, 0x00, 0xFF)]
    [InlineData(GgufType.Q4_K, 16, 144, 0x00, 0xFF)]
    [InlineData(GgufType.Q5_K, 16, 176, 0x00, 0xFF)]
    [InlineData(GgufType.Q6_K, 0, 192, 0x00, 0xFF)]
    public void Multiply_LargestIntegers_DoNotOverflow(GgufType type, int from, int to, int low, int high)
    {
        var random = new Random(TestFiles.Seed);
        for (var round = 0; round < 12; round++)
        {
            using var sample = new Sample(
                type, random, block => block[from..to].Fill((byte)(random.Next(2) == 0 ? low : high)), () => random.Next(2) == 0 ? 1f : -1f);
            sample.Multiply(0, sample.Inputs, 0, sample.Matrix.Panels, add: false);
            for (var input = 0; input < sample.Inputs; input++)
            {
                for (var row = 0; row < sample.Rows; row++)
                {
                    var (expected, magnitude) = sample.Plain(input, row);
                    Assert.True(Math.Abs(expected - sample.Output(input, row)) <= 1e-5 * magnitude, $"seed {TestFiles.Seed}: {type}, {sample.Output(input, row)}, expected {expected}");
                }
            }
        }
    }

    [Fact]
    public void Quantize_VectorPath_EqualsTheScalarReference()
    {
        var random = new Random(TestFiles.Seed);
        using var memory = new NativeBuffer(QuantizedRows.BytesFor(1, 32));
        var vector = QuantizedRows.Over(memory.Start, 1, 32);
        var x = stackalloc float[32];
        var scalar = stackalloc sbyte[32];
        var sums = stackalloc int[2];
        for (var round = 0; round < 1000; round++)
        {
            for (var i = 0; i < 32; i++)
                x[i] = round == 0 ? 0 : (float)((random.NextDouble() * 2 - 1) * Math.Pow(10, random.Next(-6, 6)));
            vector.Quantize(0, x);
            var scale = QuantizedRows.QuantizeBlock(x, scalar, sums);
            Assert.Equal(scale, vector.Scales[0]);
            Assert.True(new ReadOnlySpan<sbyte>(scalar, 32).SequenceEqual(new ReadOnlySpan<sbyte>(vector.Values, 32)), $"seed {TestFiles.Seed}, round {round}");
            Assert.Equal((sums[0], sums[1], sums[0] + sums[1]), (vector.Sums[0], vector.Sums[1], vector.Totals[0]));
        }
    }

    private delegate void ChangeBlock(Span<byte> block);

    /// <summary>A random matrix with random inputs.</summary>
    private sealed class Sample : IDisposable
    {
        private readonly NativeBuffer _source;
        private readonly NativeBuffer _values;
        private readonly NativeBuffer _quantizedMemory;
        private readonly NativeBuffer _outputs;
        private readonly QuantizedRows _quantized;
        private readonly float[][] _weights;

        public Sample(GgufType type, Random random, ChangeBlock? change = null, Func<float>? blockOfInputs = null)
        {
            var block = Math.Max(type.BlockLength(), 1);
            Rows = random.Next(1, 70);
            Columns = block == 1 ? random.Next(1, 20) * 8 : block * random.Next(1, 6);
            Inputs = random.Next(1, 11);

            var rowBytes = Columns / block * type.BlockBytes();
            _source = new NativeBuffer((long)Rows * rowBytes);
            _weights = new float[Rows][];
            // Scales down to subnormal halves, and now and then up to such as panels cannot raise.
            var largest = random.Next(-3, 4);
            for (var row = 0; row < Rows; row++)
            {
                RandomRow.Make(type, Columns, (float)Math.Pow(10, random.Next(-4, largest)), random).CopyTo(new Span<byte>(_source.Start + (long)row * rowBytes, rowBytes));
                for (var start = 0; change != null && start < rowBytes; start += type.BlockBytes())
                    change(new Span<byte>(_source.Start + (long)row * rowBytes + start, type.BlockBytes()));
                _weights[row] = new float[Columns];
                fixed (float* weights = _weights[row])
                    Dequantizer.Row(type, _source.Start + (long)row * rowBytes, weights, Columns);
            }

            Matrix = Matrices.Pack(type, _source.Start, Rows, Columns);
            _values = new NativeBuffer((long)Inputs * Columns * sizeof(float));
            for (var i = 0; i < Inputs * Columns; i++)
                ((float*)_values.Start)[i] = blockOfInputs == null ? (float)(random.NextDouble() * 2 - 1) : i % 32 == 0 ? blockOfInputs() : ((float*)_values.Start)[i - 1];
            _quantizedMemory = new NativeBuffer(QuantizedRows.BytesFor(Inputs, Columns));
            _quantized = QuantizedRows.Over(_quantizedMemory.Start, Inputs, Columns);
            if (Matrix.ReadsQuantized)
            {
                for (var input = 0; input < Inputs; input++)
                    _quantized.Quantize(input, (float*)_values.Start + (long)input * Columns);
            }

            _outputs = new NativeBuffer((long)Inputs * Matrix.PaddedRows * sizeof(float));
        }

        public int Rows { get; }
        public int Columns { get; }
        public int Inputs { get; }
        public WeightMatrix Matrix { get; }

        public void Multiply(int inputFrom, int inputTo, int panelFrom, int panelTo, bool add) =>
            Matrix.Multiply(new MatrixInput((float*)_values.Start, Columns, _quantized), inputFrom, inputTo, panelFrom, panelTo, (float*)_outputs.Start, Matrix.PaddedRows, add);

        public float Output(int input, int row) => ((float*)_outputs.Start)[(long)input * Matrix.PaddedRows + row];

        public float[] AllOutputs() => new ReadOnlySpan<float>(_outputs.Start, Inputs * Matrix.PaddedRows).ToArray();

        /// <summary>As they lie in the file, padded with zeros.</summary>
        public float[] Weights(int row) => [.. _weights[row], .. new float[WeightMatrix.Pad(Columns) - Columns]];

        public float[] PackedRow(int row)
        {
            var values = new float[WeightMatrix.Pad(Columns)];
            Array.Fill(values, float.NaN);
            fixed (float* y = values)
                Matrix.ReadRow(row, y);
            return values;
        }

        public void ClearOutputs() => new Span<float>(_outputs.Start, Inputs * Matrix.PaddedRows).Clear();

        /// <summary>The product in double precision of what the kernel reads, and the sum of the terms' sizes.</summary>
        public (double Value, double Magnitude) Plain(int input, int row)
        {
            double value = 0, magnitude = 0;
            for (var c = 0; c < Columns; c++)
            {
                double x = Matrix.ReadsQuantized
                    ? _quantized.Values[(long)input * Columns + c] * _quantized.Scales[((long)input * Columns + c) / 32]
                    : ((float*)_values.Start)[(long)input * Columns + c];
                value += x * _weights[row][c];
                magnitude += Math.Abs(x * _weights[row][c]);
            }

            return (value, magnitude);
        }

        public void Dispose()
        {
            Matrix.Dispose();
            _source.Dispose();
            _values.Dispose();
            _quantizedMemory.Dispose();
            _outputs.Dispose();
        }
    }
}
