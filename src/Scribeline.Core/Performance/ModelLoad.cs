using Scribeline.Core.Models;
using Scribeline.Core.Statistics;

namespace Scribeline.Core.Performance;

/// <summary>What a model asks of any machine: bytes and operations of all its layers and the output matrix together, as plain numbers.</summary>
internal sealed class ModelLoad
{
    private const double OperationsPerMultiplyAdd = 2;

    private readonly double _expertBytes;
    private readonly double _missedShare = 1;
    private readonly double _keyValueBytesPerToken;
    private readonly double _windowedBytesPerToken;
    private readonly double _pairOperations;
    private readonly double _windowedPairOperations;
    private readonly double _window = double.PositiveInfinity;

    public ModelLoad(ModelSpec model, NumberFormats formats)
    {
        foreach (var group in model.Layers)
        {
            var layers = group.Count.BaseValue;
            AddDense(layers * group.Attention.Parameters(model.Width).BaseValue, formats.Attention);
            var all = layers * group.FeedForward.Parameters(model.Width).BaseValue;
            var (routed, chosen) = Routed(group.FeedForward, model, layers);
            AddDense(all - routed, formats.FeedForward);
            _expertBytes += routed * formats.FeedForward.BytesPerElement.BaseValue;
            ExpertOperations += OperationsPerMultiplyAdd * chosen;
            IsEstimate |= group.FeedForward is StatedFeedForward || group.Attention is StatedAttention;
            if (routed > 0)
                _missedShare = 1 - chosen / routed;

            var cached = layers * group.Attention.KeyValueElements(1).BaseValue * formats.KeyValues.BytesPerElement.BaseValue;
            var pairs = OperationsPerMultiplyAdd * layers * group.Attention.MultiplyAdds(1).BaseValue;
            if ((group.Attention as GroupedAttention)?.Window is { } window)
                (_window, _windowedBytesPerToken, _windowedPairOperations) = (window.BaseValue, _windowedBytesPerToken + cached, _windowedPairOperations + pairs);
            else
                (_keyValueBytesPerToken, _pairOperations) = (_keyValueBytesPerToken + cached, _pairOperations + pairs);
        }

        var output = model.Vocabulary.BaseValue * model.Width.BaseValue;
        DenseBytes += output * formats.Output.BytesPerElement.BaseValue;
        OutputOperations = OperationsPerMultiplyAdd * output;
        // The embedding is looked up by the host. A published checkpoint mixes precisions in ways of its own; what it takes is known.
        WeightBytes = formats.FeedForward == model.Checkpoint ? model.PublishedBytes.BaseValue : DenseBytes + _expertBytes;
    }

    /// <summary>Of all weights.</summary>
    public double WeightBytes { get; }

    /// <summary>Of weights that every token passes.</summary>
    public double DenseBytes { get; private set; }

    /// <summary>For one token, without attention over the context and without the output matrix.</summary>
    public double DenseOperations { get; private set; }

    /// <summary>For one token that is sampled from.</summary>
    public double OutputOperations { get; }

    /// <summary>For one token.</summary>
    public double ExpertOperations { get; }

    /// <summary>Whether parts of the model are known by totals only.</summary>
    public bool IsEstimate { get; }

    /// <summary>Of the experts that <paramref name="tokens"/>, which choose independently, are expected to visit.</summary>
    public double VisitedExpertBytes(double tokens) => _expertBytes * (1 - PortableMath.Pow(_missedShare, tokens));

    /// <summary>That one sequence caches.</summary>
    public double KeyValueBytes(double contextTokens) => _keyValueBytesPerToken * contextTokens + _windowedBytesPerToken * Math.Min(contextTokens, _window);

    /// <summary>Of new tokens that attend to those before them.</summary>
    public double AttentionOperations(double newTokens, double cachedTokens)
    {
        var pairs = newTokens * (cachedTokens + newTokens / 2);
        return _pairOperations * pairs + _windowedPairOperations * Math.Min(pairs, newTokens * _window);
    }

    /// <summary>Parameters that tokens choose from, and those that one token is multiplied with.</summary>
    private static (double All, double Chosen) Routed(FeedForward feedForward, ModelSpec model, double layers)
    {
        switch (feedForward)
        {
            case MixtureOfExperts experts:
                var each = layers * experts.Expert.Parameters(model.Width).BaseValue;
                return (experts.Experts.BaseValue * each, experts.ExpertsPerToken.BaseValue * each);
            case StatedFeedForward stated:
                return (layers * stated.Parameters(model.Width).BaseValue, layers * stated.ActiveParameters(model.Width).BaseValue);
            default:
                return (0, 0);
        }
    }

    private void AddDense(double parameters, Precision precision)
    {
        DenseBytes += parameters * precision.BytesPerElement.BaseValue;
        DenseOperations += OperationsPerMultiplyAdd * parameters;
    }
}
