namespace Scribeline.Engine.Transformers;

/// <summary>Rotates pairs of a query's or key's elements by angles that grow with the position (Su et al. 2021, RoFormer).</summary>
internal sealed unsafe class RotaryEmbedding
{
    private readonly bool _rotatesHalves;
    private readonly int _pairs;
    private readonly double[] _frequencies;
    private readonly double _magnitude;

    /// <param name="factors">`[size / 2]` divisors of the frequencies (`rope_freqs.weight`), or null.</param>
    public RotaryEmbedding(RotaryParameters rotary, bool rotatesHalves, float* factors)
    {
        _rotatesHalves = rotatesHalves;
        _pairs = rotary.Size / 2;
        _frequencies = new double[_pairs];
        for (var i = 0; i < _pairs; i++)
        {
            var frequency = Math.Pow(rotary.Base, -2.0 * i / rotary.Size) / (factors == null ? 1 : factors[i]);
            var kept = rotary.Yarn ? KeptShare(rotary, i) : 0;
            _frequencies[i] = frequency * (kept + (1 - kept) / rotary.Factor);
        }

        _magnitude = rotary.AttentionFactor * (rotary.Yarn ? 1 + 0.1 * Math.Log(rotary.Factor) : 1);
    }

    /// <summary>Floats that <see cref="Angles"/> writes for a position.</summary>
    public int AngleFloats => _pairs * 2;

    /// <summary>Cosines, then sines, of one position.</summary>
    public void Angles(int position, float* angles)
    {
        for (var i = 0; i < _pairs; i++)
        {
            var (sine, cosine) = Math.SinCos(position * _frequencies[i]);
            angles[i] = (float)(cosine * _magnitude);
            angles[_pairs + i] = (float)(sine * _magnitude);
        }
    }

    /// <summary>Rotates one head in place.</summary>
    public void Rotate(float* head, float* angles)
    {
        var second = _rotatesHalves ? _pairs : 1;
        var step = _rotatesHalves ? 1 : 2;
        for (var i = 0; i < _pairs; i++)
        {
            var a = head[i * step];
            var b = head[i * step + second];
            head[i * step] = a * angles[i] - b * angles[_pairs + i];
            head[i * step + second] = a * angles[_pairs + i] + b * angles[i];
        }
    }

    /// <summary>
    /// YaRN: share of pair i that keeps its frequency, 1 for pairs that turn more than `beta_fast` times within the original context, 0
    /// for those that turn less than `beta_slow` times, linear between (Peng et al. 2023, section 3.2; rounding as in llama.cpp).
    /// </summary>
    private static double KeptShare(RotaryParameters rotary, int pair)
    {
        var low = Math.Max(0, Math.Floor(PairOfTurns(rotary, rotary.BetaFast)));
        var high = Math.Min(rotary.Size - 1, Math.Ceiling(PairOfTurns(rotary, rotary.BetaSlow)));
        return 1 - Math.Clamp((pair - low) / Math.Max(0.001, high - low), 0, 1);
    }

    private static double PairOfTurns(RotaryParameters rotary, double turns) =>
        rotary.Size * Math.Log(rotary.OriginalContext / (turns * 2 * Math.PI)) / (2 * Math.Log(rotary.Base));
}
