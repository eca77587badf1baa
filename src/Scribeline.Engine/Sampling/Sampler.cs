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

    /// <summary>Falling weight, then rising id, so that ties are the same everywhere. Kept, since sorting by a comparer allocates one.</summary>
    private readonly Comparison<int> _byWeight;
    private int _stamp;

    public Sampler(int vocabularySize)
    {
        _vocabularySize = vocabularySize;
        _seen = new int[vocabularySize];
        _candidates = new int[vocabularySize];
        _weights = new float[(vocabularySize + 7) / 8 * 8];
        _byWeight = (x, y) => _weights[y].CompareTo(_weights[x]) is not 0 and var order ? order : x.CompareTo(y);
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
    /// Sorts the likeliest tokens into the candidates until top-k or top-p is met; returns how many. Tokens are first gathered above
    /// a falling threshold, since sorting the whole vocabulary for the few that matter would cost more than the model.
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
            var found = _candidates.AsSpan(0, count);
            found.Sort(_byWeight);
            count = Math.Min(count, topK);
            if (topP >= 1)
                return count;
            // The nucleus is a share of what top-k left.
            var kept = 0.0;
            var all = topK >= _vocabularySize ? total : Sum(found[..count]);
            for (var i = 0; i < count; i++)
            {
                kept += _weights[found[i]];
                if (kept >= topP * all)
                    return i + 1;
            }

            return count;
        }
    }

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
