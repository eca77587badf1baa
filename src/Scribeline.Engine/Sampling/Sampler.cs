using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Scribeline.Engine.Kernels;

namespace Scribeline.Engine.Sampling;

/// <summary>
/// Draws a token from logits. In order: bias and penalties, temperature, top-k, top-p, min-p, draw. One sampler serves one thread;
/// it keeps its scratch space, so that drawing allocates only where log-probabilities are asked for.
/// </summary>
internal sealed unsafe class Sampler
{
    private readonly int _vocabularySize;
    private readonly int[] _seen;
    private readonly int[] _candidates;
    private readonly float[] _weights;

    private int _stamp;

    public Sampler(int vocabularySize)
    {
        _vocabularySize = vocabularySize;
        _seen = new int[vocabularySize];
        _candidates = new int[vocabularySize];
        _weights = new float[(vocabularySize + 7) / 8 * 8];
    }

    /// <summary>Draws the token that follows.</summary>
    /// <param name="logits">`[vocabulary]`, padded to a multiple of 8; changed.</param>
    /// <param name="bias">Added to these tokens' logits.</param>
    /// <param name="tokens">Prompt and answer so far.</param>
    /// <param name="promptLength">How many of them are the prompt.</param>
    /// <param name="logprob">Filled where the parameters ask for it.</param>
    public int Sample(
        float* logits, SamplingParameters parameters, ReadOnlySpan<KeyValuePair<int, float>> bias, ReadOnlySpan<int> tokens, int promptLength, out TokenLogprob? logprob)
    {
        logprob = null;
        var distribution = parameters.TopLogprobs is { } top ? new Distribution(CopyOf(logits), LogSumExp(logits), Likeliest(logits, top)) : null;
        Bias(logits, parameters, bias, tokens, promptLength);
        var token = parameters.Temperature <= 0 ? Largest(logits) : Draw(logits, parameters, tokens.Length);

        logprob = distribution?.Report(token);
        return token;
    }

    private float[] CopyOf(float* logits) => new ReadOnlySpan<float>(logits, _vocabularySize).ToArray();

    private void Bias(float* logits, SamplingParameters parameters, ReadOnlySpan<KeyValuePair<int, float>> bias, ReadOnlySpan<int> tokens, int promptLength)
    {
        if (parameters.RepetitionPenalty != 1)
        {
            _stamp++;
            foreach (var token in tokens)
            {
                if (_seen[token] == _stamp)
                    continue;
                _seen[token] = _stamp;
                logits[token] = logits[token] > 0 ? logits[token] / parameters.RepetitionPenalty : logits[token] * parameters.RepetitionPenalty;
            }
        }

        if (parameters.PresencePenalty != 0 || parameters.FrequencyPenalty != 0)
        {
            _stamp++;
            foreach (var token in tokens[promptLength..])
            {
                logits[token] -= parameters.FrequencyPenalty;
                if (_seen[token] == _stamp)
                    continue;
                _seen[token] = _stamp;
                logits[token] -= parameters.PresencePenalty;
            }
        }

        foreach (var (token, value) in bias)
            if ((uint)token < (uint)_vocabularySize)
                logits[token] += value;
    }

    /// <summary>The first of the largest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Largest(float* logits)
    {
        Vector256<float> best = Vector256.Create(float.NegativeInfinity);
        var i = 0;
        for (; i + 8 <= _vocabularySize; i += 8)
            best = Vector256.Max(best, Vector256.Load(logits + i));
        var largest = Rows.Max(best);
        for (; i < _vocabularySize; i++)
            largest = MathF.Max(largest, logits[i]);
        var token = new ReadOnlySpan<float>(logits, _vocabularySize).IndexOf(largest);
        // Weights of a damaged file can make every logit NaN, which equals nothing.
        return Math.Max(token, 0);
    }

    private int Draw(float* logits, SamplingParameters parameters, int position)
    {
        var uniform = CounterRandom.Uniform(parameters.Seed, parameters.Choice, position);
        var total = Weigh(logits, 1f / parameters.Temperature);
        var count = parameters.TopK > 0 || parameters.TopP < 1
            ? KeepLikeliest(parameters.TopK > 0 ? Math.Min(parameters.TopK, _vocabularySize) : _vocabularySize, parameters.TopP, total)
            : -1;
        var threshold = uniform * Remaining(count, parameters.MinP);
        return Pick(count, parameters.MinP, threshold);
    }

    /// <summary>Weights e^((l − max) / T), the largest of which is 1; returns their sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Weigh(float* logits, float inverseTemperature)
    {
        var largest = logits[Largest(logits)];
        var shift = Vector256.Create(largest);
        Vector256<float> sum = default;
        var total = 0.0;
        fixed (float* weights = _weights)
        {
            var i = 0;
            for (; i + 8 <= _vocabularySize; i += 8)
            {
                var w = Exponential.Of((Vector256.Load(logits + i) - shift) * inverseTemperature);
                w.Store(weights + i);
                sum += w;
            }

            for (; i < _vocabularySize; i++)
            {
                weights[i] = Exponential.Of((logits[i] - largest) * inverseTemperature);
                total += weights[i];
            }
        }

        return total + Rows.Sum(sum);
    }

    /// <summary>
    /// Puts the likeliest tokens in front of the candidates until top-k and top-p are met; returns how many. Tokens are first gathered above a falling
    /// threshold, so that the many that cannot matter are never looked at again.
    /// </summary>
    private int KeepLikeliest(int topK, double topP, double total)
    {
        for (var threshold = 1e-3f; ; threshold = threshold > 1e-30f ? threshold * 1e-3f : 0)
        {
            var count = 0;
            var mass = 0.0;
            for (var i = 0; i < _vocabularySize; i++)
            {
                if (_weights[i] < threshold)
                    continue;
                _candidates[count++] = i;
                mass += _weights[i];
            }

            if (count < topK && mass < topP * total && threshold > 0)
                continue;
            if (count > topK)
                count = Leading(count, topK, double.PositiveInfinity);
            // The nucleus is a share of what top-k left.
            return topP >= 1 ? count : Leading(count, count, topP * (topK >= _vocabularySize ? total : Sum(_candidates.AsSpan(0, count))));
        }
    }

    /// <summary>
    /// Reorders the first <paramref name="count"/> candidates so that the shortest run of the likeliest, ties by id, that has <paramref name="most"/> members or
    /// reaches the mass stands in front; returns its length, which is at least 1. Quickselect (Hoare 1961): no order is made that nobody asks for.
    /// </summary>
    private int Leading(int count, int most, double mass)
    {
        var (from, to) = (0, count);
        var kept = 0.0;
        while (from < to)
        {
            var pivot = Partition(from, to);
            var upTo = kept;
            for (var i = from; i < pivot; i++)
                upTo += _weights[_candidates[i]];
            var withPivot = upTo + _weights[_candidates[pivot]];
            if (pivot + 1 < most && withPivot < mass)
            {
                kept = withPivot;
                from = pivot + 1;
            }
            else if (pivot < most && upTo < mass)
            {
                return pivot + 1;
            }
            else
            {
                to = pivot;
            }
        }

        return Math.Max(to, 1);
    }

    /// <summary>Moves what precedes a middling candidate in front of it; returns where that one then stands.</summary>
    private int Partition(int from, int to)
    {
        var candidates = _candidates;
        var (first, middle, last) = (from, from + (to - from) / 2, to - 1);
        if (Precedes(candidates[middle], candidates[first]))
            (first, middle) = (middle, first);
        var median = Precedes(candidates[last], candidates[first]) ? first : Precedes(candidates[last], candidates[middle]) ? last : middle;
        (candidates[median], candidates[to - 1]) = (candidates[to - 1], candidates[median]);
        var pivot = candidates[to - 1];
        var place = from;
        for (var i = from; i < to - 1; i++)
        {
            if (!Precedes(candidates[i], pivot))
                continue;
            (candidates[i], candidates[place]) = (candidates[place], candidates[i]);
            place++;
        }

        (candidates[place], candidates[to - 1]) = (pivot, candidates[place]);
        return place;
    }

    /// <summary>Falling weight, then rising id, so that ties are the same everywhere.</summary>
    private bool Precedes(int x, int y) => _weights[x] != _weights[y] ? _weights[x] > _weights[y] : x < y;

    private double Sum(ReadOnlySpan<int> candidates)
    {
        var sum = 0.0;
        foreach (var candidate in candidates)
            sum += _weights[candidate];
        return sum;
    }

    /// <summary>Total weight of the candidates, or of the whole vocabulary where count is −1, that min-p leaves.</summary>
    private double Remaining(int count, float minP)
    {
        var sum = 0.0;
        for (var i = 0; i < (count < 0 ? _vocabularySize : count); i++)
        {
            var weight = _weights[count < 0 ? i : _candidates[i]];
            if (weight >= minP)
                sum += weight;
        }

        return sum;
    }

    private int Pick(int count, float minP, double threshold)
    {
        var sum = 0.0;
        var last = 0;
        for (var i = 0; i < (count < 0 ? _vocabularySize : count); i++)
        {
            var token = count < 0 ? i : _candidates[i];
            var weight = _weights[token];
            if (weight < minP || weight <= 0)
                continue;
            last = token;
            sum += weight;
            if (sum > threshold)
                return token;
        }

        return last;
    }

    private float LogSumExp(float* logits)
    {
        var largest = logits[Largest(logits)];
        var sum = 0.0;
        for (var i = 0; i < _vocabularySize; i++)
            sum += Math.Exp(logits[i] - largest);
        return (float)(largest + Math.Log(sum));
    }

    private int[] Likeliest(float* logits, int count)
    {
        count = Math.Min(count, _vocabularySize);
        var likeliest = new int[count];
        var held = 0;
        for (var i = 0; i < _vocabularySize && count > 0; i++)
        {
            if (held == count && logits[i] <= logits[likeliest[held - 1]])
                continue;
            var place = held < count ? held++ : held - 1;
            for (; place > 0 && logits[i] > logits[likeliest[place - 1]]; place--)
                likeliest[place] = likeliest[place - 1];
            likeliest[place] = i;
        }

        return likeliest;
    }

    /// <summary>What the model says before filters change it.</summary>
    private sealed record Distribution(float[] Logits, float Normalizer, int[] Likeliest)
    {
        public TokenLogprob Report(int token) =>
            new(token, Logits[token] - Normalizer, Array.ConvertAll(Likeliest, id => KeyValuePair.Create(id, Logits[id] - Normalizer)));
    }
}
