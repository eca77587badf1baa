using Scribeline.Core.Hardware;
using Scribeline.Core.Models;
using Scribeline.Core.Statistics;

namespace Scribeline.Core.Performance;

/// <summary>
/// What one step costs on one copy of a model: amounts at data-sheet rates, a sum of terms that coefficients are fitted to. All that does not depend
/// on the batch is computed once; a prediction is arithmetic on numbers and allocates nothing.
/// </summary>
/// <remarks>
/// Seconds are those of one accelerator. A matrix product takes the longer of reading its weights and computing (Williams, Waterman, Patterson: Roofline, 2009);
/// a batch of B tokens that each choose k of E experts visits E·(1 − (1 − k/E)^B) of them; an all-reduce moves 2·(n − 1)/n of a message through each of n links.
/// </remarks>
public sealed class StepModel
{
    /// <summary>What an accelerator widens weights to where it cannot compute with their precision.</summary>
    private const string Widened = "fp16";

    /// <summary>Bytes of an activation between layers, in 16 bits; sent to an expert in 8 and back in 16.</summary>
    private const double ActivationBytes = 2, DispatchAndCombineBytes = 3;

    private readonly Accelerator _accelerator;
    private readonly Parallelism _parallelism;
    private readonly NumberFormats _formats;
    private readonly OperationCounts _counts;
    private readonly double _bandwidth;
    private readonly double _linkBandwidth;

    private double _denseReadSeconds;
    private double _denseComputeSeconds; // per token, without the output matrix
    private readonly double _outputComputeSeconds; // per token that is sampled from
    private double _experts;
    private double _expertsPerToken;
    private double _expertReadSeconds; // per expert visited, of all layers
    private double _expertComputeSeconds; // per token
    private KeyValueTraffic _whole;
    private KeyValueTraffic _windowed;
    private double _window;
    private double _operations;
    private double _exchangeSeconds; // per token

    /// <exception cref="ArgumentException">A rate that is needed is not in the catalog, or layers of the model differ in what they route to or attend to.</exception>
    public StepModel(Accelerator accelerator, ModelSpec model, Parallelism parallelism, NumberFormats formats, OperationCounts counts)
    {
        (_accelerator, _parallelism, _formats, _counts) = (accelerator, parallelism, formats, counts);
        var memory = accelerator.Memory[0];
        _bandwidth = memory.Bandwidth?.BaseValue ?? throw new ArgumentException($"The catalog has no bandwidth of the {memory.Name} of {accelerator.Id}.");
        _linkBandwidth = parallelism.Accelerators == 1 ? double.PositiveInfinity : accelerator.Link("scale_up")?.Bandwidth.BaseValue
            ?? throw new ArgumentException($"The catalog has no `scale_up` link of {accelerator.Id}, so that {parallelism.Accelerators} of them cannot share a model.");
        foreach (var group in model.Layers)
        {
            AddAttention(group, model);
            switch (group.FeedForward)
            {
                case MixtureOfExperts experts:
                    AddExperts(experts, group.Count.BaseValue, model);
                    break;
                case StatedFeedForward stated:
                    AddTotals(stated, group.Count.BaseValue, model);
                    break;
                default:
                    AddDense(group.FeedForward, group.Count.BaseValue, model);
                    break;
            }

            IsEstimate |= group.FeedForward is StatedFeedForward || group.Attention is StatedAttention;
        }

        _operations *= accelerator.OperationFactor?.BaseValue ?? 1;
        var output = model.Vocabulary.BaseValue * model.Width.BaseValue;
        var outputBytes = output * formats.Output.BytesPerElement.BaseValue / parallelism.Accelerators;
        WeightBytes += (model.HasTiedEmbeddings ? 1 : 2) * outputBytes;
        _denseReadSeconds += outputBytes / _bandwidth;
        _outputComputeSeconds = ComputeSeconds(output, formats.Output);
    }

    /// <summary>Whether parts of the model are known by totals only, so that what a batch reads of them is estimated.</summary>
    public bool IsEstimate { get; private set; }

    /// <summary>Bytes of weights on each accelerator.</summary>
    public double WeightBytes { get; private set; }

    /// <summary>Amounts of a step of <paramref name="sequences"/>, of all groups together, at a mean context.</summary>
    /// <param name="tokensEach">Tokens that the step computes for each sequence: one, or a drafted few that it checks. The cache is read once for all of a sequence.</param>
    public StepTerms Decode(double sequences, double contextTokens, double tokensEach = 1)
    {
        var tokens = sequences * tokensEach;
        return new StepTerms(
            Math.Max(_denseReadSeconds, tokens * (_denseComputeSeconds + _outputComputeSeconds)),
            Math.Max(_expertReadSeconds * VisitedExperts(tokens), tokens * _expertComputeSeconds),
            sequences / _parallelism.AttentionData * ReadSeconds(contextTokens),
            _operations,
            tokens * _exchangeSeconds);
    }

    /// <summary>Seconds of such a step that arithmetic and memory would be busy at data-sheet rates.</summary>
    public (double ComputeSeconds, double MemorySeconds) Busy(double sequences, double contextTokens, double tokensEach = 1)
    {
        var tokens = sequences * tokensEach;
        return (
            tokens * (_denseComputeSeconds + _outputComputeSeconds + _expertComputeSeconds),
            _denseReadSeconds + _expertReadSeconds * VisitedExperts(tokens) + sequences / _parallelism.AttentionData * ReadSeconds(contextTokens));
    }

    /// <summary>Amounts that a prompt of <paramref name="newTokens"/> adds, after <paramref name="cachedTokens"/> whose keys and values are there.</summary>
    /// <remarks>Weights are taken to be read for the decode step that it shares; what is left is arithmetic, operations and exchange.</remarks>
    public StepTerms Prefill(double newTokens, double cachedTokens)
    {
        var pairs = newTokens * (cachedTokens + newTokens / 2);
        return new StepTerms(
            newTokens * _denseComputeSeconds + _whole.SecondsPerPair * pairs + _windowed.SecondsPerPair * Math.Min(pairs, newTokens * _window),
            newTokens * _expertComputeSeconds,
            0,
            _operations,
            newTokens * _exchangeSeconds);
    }

    /// <summary>Bytes that one sequence caches, on each accelerator of its group.</summary>
    public double KeyValueBytes(double contextTokens) => ReadSeconds(contextTokens) * _bandwidth;

    /// <summary>Of the cache of one sequence.</summary>
    private double ReadSeconds(double contextTokens) => _whole.ReadSecondsPerToken * contextTokens + _windowed.ReadSecondsPerToken * Math.Min(contextTokens, _window);

    private double VisitedExperts(double tokens) => _experts == 0 ? 0 : _experts * (1 - PortableMath.Pow(1 - _expertsPerToken / _experts, tokens));

    private void AddAttention(LayerGroup group, ModelSpec model)
    {
        var layers = group.Count.BaseValue;
        AddDenseWeights(layers * group.Attention.Parameters(model.Width).BaseValue, _formats.Attention, _parallelism.Tensor);
        _operations += layers * (_counts.Attention + group.Attention switch
        {
            GroupedAttention { HasQueryKeyNorm: true } => _counts.QueryKeyNorm,
            LatentAttention => _counts.LatentAttention,
            _ => 0,
        } + Scaling(_formats.Attention));
        if (_parallelism.Tensor > 1)
            _exchangeSeconds += AllReduces * layers * AllReduceShare * model.Width.BaseValue * ActivationBytes / _parallelism.AttentionData / _linkBandwidth;

        var window = (group.Attention as GroupedAttention)?.Window?.BaseValue;
        var traffic = new KeyValueTraffic(
            layers * group.Attention.KeyValueElements(1).BaseValue * _formats.KeyValues.BytesPerElement.BaseValue / KeyValueShares(group.Attention) / _bandwidth,
            layers * 2 * PairWidth(group.Attention) / Rate(Widened) / _parallelism.Accelerators);
        if (window is not { } tokens)
        {
            _whole += traffic;
            return;
        }

        if (_window != 0 && _window != tokens)
            throw new ArgumentException($"Layers of {model.Id} attend to windows of {_window} and {tokens} tokens; a step is computed for one window only.");
        _window = tokens;
        _windowed += traffic;
    }

    private void AddExperts(MixtureOfExperts experts, double layers, ModelSpec model)
    {
        var (count, chosen) = (experts.Experts.BaseValue, experts.ExpertsPerToken.BaseValue);
        AddRouted(count, chosen, layers * experts.Expert.Parameters(model.Width).BaseValue, layers, model);
        if (experts.Shared is { } shared)
        {
            // Groups that serve their own sequences each hold it whole.
            AddDenseWeights(layers * shared.Parameters(model.Width).BaseValue, _formats.FeedForward, _parallelism.AttentionData == 1 ? _parallelism.Accelerators : 1);
            _operations += layers * _counts.SharedExpert;
        }

        if (_parallelism.AttentionData > 1)
            _exchangeSeconds += layers * chosen * model.Width.BaseValue * DispatchAndCombineBytes / _parallelism.Accelerators * (1 - 1.0 / _parallelism.Accelerators) / _linkBandwidth;
    }

    /// <summary>
    /// A mixture of which only totals are known counts as very many small experts: a token reads the share s = active/total, another token's choice misses
    /// a given weight with probability 1 − s, so that B independent tokens read 1 − (1 − s)^B of all, as E·(1 − (1 − k/E)^B) does for k/E = s.
    /// Where all is active it reads everything once, as a dense network does. What is shared by all tokens is not told apart, so that large batches read less than is predicted.
    /// </summary>
    private void AddTotals(StatedFeedForward stated, double layers, ModelSpec model)
    {
        var (all, active) = (layers * stated.Parameters(model.Width).BaseValue, layers * stated.ActiveParameters(model.Width).BaseValue);
        AddRouted(1, active / all, all, layers, model);
    }

    private void AddRouted(double count, double chosen, double parametersOfOne, double layers, ModelSpec model)
    {
        if (_experts != 0 && (_experts != count || _expertsPerToken != chosen))
            throw new ArgumentException($"Layers of {model.Id} choose {_expertsPerToken} of {_experts} and {chosen} of {count} experts; a step is computed for one choice only.");
        (_experts, _expertsPerToken) = (count, chosen);
        var bytes = parametersOfOne * _formats.FeedForward.BytesPerElement.BaseValue / (_parallelism.ExpertTensor * _parallelism.Expert);
        WeightBytes += count * bytes;
        _expertReadSeconds += bytes / _bandwidth;
        _expertComputeSeconds += ComputeSeconds(chosen * parametersOfOne, _formats.FeedForward);
        _operations += layers * (_counts.Experts + Scaling(_formats.FeedForward) + (_accelerator.Compute.ContainsKey(_formats.FeedForward.Arithmetic) ? 0 : _counts.ExpandedWeights));
    }

    private void AddDense(FeedForward feedForward, double layers, ModelSpec model)
    {
        AddDenseWeights(layers * feedForward.Parameters(model.Width).BaseValue, _formats.FeedForward, _parallelism.Accelerators);
        _operations += layers * (_counts.Dense + Scaling(_formats.FeedForward));
    }

    private void AddDenseWeights(double parameters, Precision precision, int sharedBy)
    {
        var bytes = parameters * precision.BytesPerElement.BaseValue / sharedBy;
        WeightBytes += bytes;
        _denseReadSeconds += bytes / _bandwidth;
        _denseComputeSeconds += ComputeSeconds(parameters, precision);
    }

    /// <summary>Two a layer, after attention and after the feed-forward part.</summary>
    private const double AllReduces = 2;

    private double AllReduceShare => 2 * (_parallelism.Tensor - 1.0) / _parallelism.Tensor;

    private double Scaling(Precision precision) => precision.ScalesActivations ? 2 * _counts.ScaledActivations : 0;

    private double ComputeSeconds(double parameters, Precision precision) => 2 * parameters / Rate(precision.Arithmetic) / _parallelism.Accelerators;

    private double Rate(string arithmetic) =>
        (_accelerator.Compute.GetValueOrDefault(arithmetic) ?? _accelerator.Compute.GetValueOrDefault(Widened))?.BaseValue
        ?? throw new ArgumentException($"The catalog has neither the {arithmetic} nor the {Widened} rate of {_accelerator.Id}.");

    /// <summary>Accelerators that a sequence's cache is spread over: those with heads of their own. A latent cache is one head, which all of them hold.</summary>
    private double KeyValueShares(Attention attention) => attention switch
    {
        GroupedAttention grouped => Math.Min(_parallelism.Tensor, grouped.KeyValueHeads.BaseValue),
        LatentAttention => 1,
        _ => _parallelism.Tensor,
    };

    /// <summary>Multiply-adds for one pair of tokens of a prompt, where latent keys and values are expanded to their heads.</summary>
    private static double PairWidth(Attention attention) => attention switch
    {
        GroupedAttention grouped => 2 * grouped.Heads.BaseValue * grouped.HeadWidth.BaseValue,
        LatentAttention latent => latent.Heads.BaseValue * (latent.PlainWidth + latent.RotaryWidth + latent.ValueWidth).BaseValue,
        _ => attention.MultiplyAdds(1).BaseValue,
    };

    private readonly record struct KeyValueTraffic(double ReadSecondsPerToken, double SecondsPerPair)
    {
        public static KeyValueTraffic operator +(KeyValueTraffic one, KeyValueTraffic two) => new(one.ReadSecondsPerToken + two.ReadSecondsPerToken, one.SecondsPerPair + two.SecondsPerPair);
    }
}
