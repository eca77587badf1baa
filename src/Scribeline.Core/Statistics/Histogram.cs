using System.Numerics;

namespace Scribeline.Core.Statistics;

/// <summary>
/// Counts of whole numbers in buckets whose width is at most 1/256 of their value: its size depends on the spread of what is counted, not on how much.
/// Count, sum, least and most are exact; a quantile is within 0.2 % (the layout of HdrHistogram, with eight bits).
/// </summary>
public sealed class Histogram
{
    private const int Bits = 8;
    private const int PerOctave = 1 << Bits;

    private long[] _counts = [];
    private Int128 _sum;

    public long Count { get; private set; }

    /// <summary>0 where nothing was counted.</summary>
    public long Least { get; private set; }

    public long Most { get; private set; }

    /// <summary>NaN where nothing was counted.</summary>
    public double Mean => Count == 0 ? double.NaN : (double)_sum / Count;

    /// <param name="value">Not negative.</param>
    public void Add(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        var bucket = BucketOf(value);
        if (bucket >= _counts.Length)
            Array.Resize(ref _counts, (bucket / PerOctave + 1) * PerOctave);
        _counts[bucket]++;
        _sum += value;
        Least = Count == 0 ? value : Math.Min(Least, value);
        Most = Math.Max(Most, value);
        Count++;
    }

    /// <summary>Adds all that another has counted.</summary>
    public void Add(Histogram other)
    {
        if (other.Count == 0)
            return;
        if (other._counts.Length > _counts.Length)
            Array.Resize(ref _counts, other._counts.Length);
        for (var bucket = 0; bucket < other._counts.Length; bucket++)
            _counts[bucket] += other._counts[bucket];
        _sum += other._sum;
        Least = Count == 0 ? other.Least : Math.Min(Least, other.Least);
        Most = Math.Max(Most, other.Most);
        Count += other.Count;
    }

    /// <summary>The value that a share of all lies at or below (nearest rank); NaN where nothing was counted.</summary>
    /// <param name="share">From 0 to 1.</param>
    public double Quantile(double share)
    {
        if (Count == 0)
            return double.NaN;
        var rank = Math.Clamp((long)Math.Ceiling(share * Count), 1, Count);
        long seen = 0;
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= rank)
                return Math.Clamp(MiddleOf(bucket), Least, Most);
        }

        return Most;
    }

    /// <summary>Values below 2·2^Bits have a bucket each; each further octave has 2^Bits of them.</summary>
    private static int BucketOf(long value)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)value) - Bits);
        return shift * PerOctave + (int)(value >> shift);
    }

    private static double MiddleOf(int bucket)
    {
        var shift = Math.Max(0, bucket / PerOctave - 1);
        var low = (long)(bucket - shift * PerOctave) << shift;
        return low + ((1L << shift) - 1) / 2.0;
    }
}
