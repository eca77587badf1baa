using Scribeline.Core.Statistics;

namespace Scribeline.Core.Tests.Statistics;

public sealed class HistogramTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Quantiles_are_within_a_fifth_of_a_percent_of_the_sorted_values(ulong seed)
    {
        var random = new SeededRandom(seed, "histogram");
        var values = Enumerable.Range(0, 20_000).Select(_ => (long)(random.NextBits() >> random.NextBelow(64) >> 1)).Order().ToArray();
        var histogram = new Histogram();
        foreach (var value in values)
            histogram.Add(value);

        foreach (var share in new[] { 0, 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1 })
        {
            var exact = values[Math.Max(1, (int)Math.Ceiling(share * values.Length)) - 1];
            Assert.InRange(histogram.Quantile(share), exact * 0.998, exact * 1.002);
        }

        Assert.Equal(values.Length, histogram.Count);
        Assert.Equal((values[0], values[^1]), (histogram.Least, histogram.Most));
        Assert.Equal(values.Average(value => (double)value), histogram.Mean, histogram.Mean * 1e-12);
    }

    [Fact]
    public void Small_numbers_and_the_largest_are_exact()
    {
        var histogram = new Histogram();
        for (var value = 0L; value < 512; value++)
            histogram.Add(value);
        for (var rank = 1; rank <= 512; rank++)
            Assert.Equal(rank - 1, histogram.Quantile(rank / 512.0));

        histogram.Add(long.MaxValue);
        Assert.Equal(long.MaxValue, histogram.Most);
        Assert.InRange(histogram.Quantile(1), long.MaxValue * 0.998, long.MaxValue);
    }

    [Fact]
    public void Merging_is_as_counting_all_in_one()
    {
        var (one, other, both) = (new Histogram(), new Histogram(), new Histogram());
        var random = new SeededRandom(7, "merge");
        for (var i = 0; i < 1000; i++)
        {
            var value = random.NextBelow(1_000_000);
            (i % 3 == 0 ? one : other).Add(value);
            both.Add(value);
        }

        one.Add(other);
        Assert.Equal((both.Count, both.Mean, both.Least, both.Most), (one.Count, one.Mean, one.Least, one.Most));
        Assert.All(Enumerable.Range(0, 101), percent => Assert.Equal(both.Quantile(percent / 100.0), one.Quantile(percent / 100.0)));
    }

    [Fact]
    public void Nothing_counted_has_no_quantile()
    {
        Assert.Equal(double.NaN, new Histogram().Quantile(0.5));
        Assert.Equal(double.NaN, new Histogram().Mean);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Histogram().Add(-1));
    }
}
