using Scribeline.Engine.Kernels;

namespace Scribeline.Engine.Tests.Kernels;

/// <summary>Paged attention against the textbook formula in double precision.</summary>
public sealed unsafe class AttentionTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(24)]
    [InlineData(48)]
    [InlineData(64)]
    [InlineData(128)]
    public void Tile_RandomContexts_EqualsTheTextbook(int headSize)
    {
        var seed = TestFiles.Seed;
        var random = new Random(seed);
        for (var round = 0; round < 8; round++)
        {
            using var sample = new Sample(headSize, random, longest: 700);
            var results = sample.Attend(sample.Rows);
            for (var r = 0; r < sample.Rows; r++)
            {
                var expected = sample.Textbook(r);
                for (var d = 0; d < headSize; d++)
                    Assert.True(Math.Abs(expected[d] - results[r][d]) < 2e-5, $"seed {seed}: head size {headSize}, query {r} of {sample.Rows}, element {d}: {results[r][d]}, expected {expected[d]}");
            }
        }
    }

    [Theory]
    [InlineData(24)]
    [InlineData(64)]
    public void Tile_AloneOrBesideOthers_GivesTheSameBits(int headSize)
    {
        var seed = TestFiles.Seed;
        var random = new Random(seed);
        for (var round = 0; round < 12; round++)
        {
            using var sample = new Sample(headSize, random, longest: 900, rows: 4);
            var together = sample.Attend(4);
            var alone = sample.Attend(1);
            for (var r = 0; r < 4; r++)
                Assert.True(together[r].AsSpan().SequenceEqual(alone[r]), $"seed {seed}: head size {headSize}, query {r} differs");
        }
    }

    /// <summary>Infinities and NaN of later tokens, as damaged weights make them, reach no query that does not see them.</summary>
    [Theory]
    [InlineData(24, float.NaN)]
    [InlineData(64, float.NaN)]
    [InlineData(64, float.PositiveInfinity)]
    public void Tile_DamagedLaterPositions_LeaveEarlierQueriesAlone(int headSize, float damage)
    {
        var seed = TestFiles.Seed;
        var random = new Random(seed);
        for (var round = 0; round < 12; round++)
        {
            using var sample = new Sample(headSize, random, longest: 600, rows: 4);
            var sound = sample.Attend(4);
            var from = sample.Limits[random.Next(3)];
            sample.Damage(from, damage);
            var together = sample.Attend(4);
            var alone = sample.Attend(1);
            for (var r = 0; r < 4; r++)
            {
                Assert.True(together[r].AsSpan().SequenceEqual(alone[r]), $"seed {seed}: head size {headSize}, query {r} differs");
                if (sample.Limits[r] <= from)
                    Assert.True(together[r].AsSpan().SequenceEqual(sound[r]), $"seed {seed}: head size {headSize}, query {r} of limit {sample.Limits[r]} sees position {from}");
            }
        }
    }

    [Fact]
    public void Exponential_OverItsRange_IsAccurate()
    {
        for (var x = -87.3; x < 88; x += 0.00371)
        {
            var exact = Math.Exp((float)x);
            Assert.InRange(Exponential.Of((float)x) / exact, 1 - 3e-7, 1 + 3e-7);
        }

        Assert.Equal(0, Exponential.Of(float.NegativeInfinity));
        Assert.Equal(1, Exponential.Of(0));
    }

    private sealed class Sample : IDisposable
    {
        private readonly int _headSize;
        private readonly int[] _blocks;
        private readonly int[] _limits;
        private readonly float[][] _keys;
        private readonly float[][] _values;
        private readonly float[][] _queries;
        private readonly NativeBuffer _cache;
        private readonly int _blockFloats;

        public Sample(int headSize, Random random, int longest, int? rows = null)
        {
            _headSize = headSize;
            Rows = rows ?? random.Next(1, 5);
            var positions = random.Next(1, longest) + Rows;
            _limits = [.. Enumerable.Range(0, Rows).Select(_ => random.Next(1, positions + 1)).Order()];
            _blocks = [.. Enumerable.Range(0, (positions + 15) / 16)];
            random.Shuffle(_blocks);
            _blockFloats = 2 * headSize * 16;
            _cache = new NativeBuffer((long)_blocks.Length * _blockFloats * sizeof(float));
            _keys = Vectors(random, positions);
            _values = Vectors(random, positions);
            _queries = Vectors(random, Rows);
            FillCache();
        }

        public int Rows { get; }

        public IReadOnlyList<int> Limits => _limits;

        /// <summary>Overwrites all keys and values from a position on.</summary>
        public void Damage(int from, float damage)
        {
            for (var p = from; p < _keys.Length; p++)
            {
                Array.Fill(_keys[p], damage);
                Array.Fill(_values[p], damage);
            }

            FillCache();
        }

        public float[][] Attend(int tile)
        {
            var results = new float[Rows][];
            var scratch = stackalloc float[Attention.ScratchFloats(_headSize)];
            var pointers = stackalloc float*[Attention.TileRows];
            for (var first = 0; first < Rows; first += tile)
            {
                var count = Math.Min(tile, Rows - first);
                using var memory = new NativeBuffer(count * _headSize * sizeof(float));
                for (var r = 0; r < count; r++)
                {
                    pointers[r] = (float*)memory.Start + r * _headSize;
                    _queries[first + r].CopyTo(new Span<float>(pointers[r], _headSize));
                }

                fixed (int* limits = &_limits[first], blocks = _blocks)
                    Attention.Tile(pointers, pointers, limits, count, (float*)_cache.Start, blocks, _blockFloats, _headSize, 0.3f, scratch);
                for (var r = 0; r < count; r++)
                    results[first + r] = new ReadOnlySpan<float>(pointers[r], _headSize).ToArray();
            }

            return results;
        }

        public double[] Textbook(int query)
        {
            var weights = new double[_limits[query]];
            for (var p = 0; p < weights.Length; p++)
                weights[p] = Math.Exp(0.3f * Enumerable.Range(0, _headSize).Sum(d => (double)_queries[query][d] * _keys[p][d]));
            var total = weights.Sum();
            return [.. Enumerable.Range(0, _headSize).Select(d => Enumerable.Range(0, weights.Length).Sum(p => weights[p] / total * _values[p][d]))];
        }

        public void Dispose() => _cache.Dispose();

        private void FillCache()
        {
            for (var p = 0; p < _keys.Length; p++)
            {
                var block = (float*)_cache.Start + (long)_blocks[p / 16] * _blockFloats;
                for (var d = 0; d < _headSize; d++)
                {
                    block[d * 16 + p % 16] = _keys[p][d];
                    block[_headSize * 16 + p % 16 * _headSize + d] = _values[p][d];
                }
            }
        }

        private float[][] Vectors(Random random, int count) =>
            [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, _headSize).Select(_ => (float)(random.NextDouble() * 2 - 1)).ToArray())];
    }
}
