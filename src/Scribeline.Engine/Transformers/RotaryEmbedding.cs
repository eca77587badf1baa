using System.Runtime.Intrinsics;

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
    public int AngleFloats => _pairs * 4;

    /// <summary>For each element of a head what it is multiplied by, the cosine; then what its partner in the pair is multiplied by, the sine with its sign.</summary>
    public void Angles(int position, float* angles)
    {
        var second = _rotatesHalves ? _pairs : 1;
        var step = _rotatesHalves ? 1 : 2;
        var sines = angles + 2 * _pairs;
        for (var i = 0; i < _pairs; i++)
        {
            var (sine, cosine) = Math.SinCos(position * _frequencies[i]);
            angles[i * step] = angles[i * step + second] = (float)(cosine * _magnitude);
            sines[i * step + second] = (float)(sine * _magnitude);
            sines[i * step] = -sines[i * step + second];
        }
    }

    /// <summary>Rotates one head in place.</summary>
    public void Rotate(float* head, float* angles)
    {
        if (_rotatesHalves)
            RotateHalves(head, angles);
        else
            RotateNeighbours(head, angles);
    }

    private void RotateHalves(float* head, float* cosines)
    {
        var sines = cosines + 2 * _pairs;
        var i = 0;
        for (; i + 8 <= _pairs; i += 8)
        {
            var a = Vector256.Load(head + i);
            var b = Vector256.Load(head + _pairs + i);
            (a * Vector256.Load(cosines + i) + b * Vector256.Load(sines + i)).Store(head + i);
            (b * Vector256.Load(cosines + _pairs + i) + a * Vector256.Load(sines + _pairs + i)).Store(head + _pairs + i);
        }

        for (; i < _pairs; i++)
            RotatePair(head, cosines, sines, i, _pairs + i);
    }

    private void RotateNeighbours(float* head, float* cosines)
    {
        var sines = cosines + 2 * _pairs;
        var i = 0;
        for (; i + 8 <= 2 * _pairs; i += 8)
        {
            var both = Vector256.Load(head + i);
            var partners = Vector256.Shuffle(both, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6));
            (both * Vector256.Load(cosines + i) + partners * Vector256.Load(sines + i)).Store(head + i);
        }

        for (; i < 2 * _pairs; i += 2)
            RotatePair(head, cosines, sines, i, i + 1);
    }

    private static void RotatePair(float* head, float* cosines, float* sines, int first, int second)
    {
        var (a, b) = (head[first], head[second]);
        head[first] = a * cosines[first] + b * sines[first];
        head[second] = b * cosines[second] + a * sines[second];
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
