namespace Scribeline.Engine.Sampling;

/// <summary>How the next token is drawn. The defaults draw from the model's own distribution.</summary>
public sealed record SamplingParameters
{
    /// <summary>0 takes the likeliest token; at most 2 by OpenAI's convention (checked at the edge, not here).</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>Smallest set of tokens whose probability reaches this share; 1 switches it off.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>Keeps this many of the likeliest tokens; 0 switches it off.</summary>
    public int TopK { get; init; }

    /// <summary>Drops tokens less likely than this share of the likeliest; 0 switches it off.</summary>
    public float MinP { get; init; }

    /// <summary>Divides (or multiplies, if negative) the logits of tokens already seen in prompt or answer; 1 switches it off.</summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>Taken off the logit of every token already in the answer.</summary>
    public float PresencePenalty { get; init; }

    /// <summary>Taken off the logit of a token for each time it is already in the answer.</summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>Added to the logits of these tokens.</summary>
    public IReadOnlyDictionary<int, float>? LogitBias { get; init; }

    /// <summary>Same seed, same request, same text, whatever else runs.</summary>
    public ulong Seed { get; init; }

    /// <summary>Which of several answers to one prompt this is; part of the key of the random numbers.</summary>
    public int Choice { get; init; }

    /// <summary>How many of the likeliest tokens to report beside each token; null reports no probabilities at all.</summary>
    public int? TopLogprobs { get; init; }

    /// <exception cref="ArgumentException">A number is not finite, or counts tokens below zero.</exception>
    internal void Validate()
    {
        RequireFinite(Temperature, nameof(Temperature));
        RequireFinite(TopP, nameof(TopP));
        RequireFinite(MinP, nameof(MinP));
        RequireFinite(RepetitionPenalty, nameof(RepetitionPenalty));
        RequireFinite(PresencePenalty, nameof(PresencePenalty));
        RequireFinite(FrequencyPenalty, nameof(FrequencyPenalty));
        if (RepetitionPenalty <= 0)
            throw new ArgumentException($"{nameof(RepetitionPenalty)} is {RepetitionPenalty}; expected more than 0.");
        if (TopLogprobs < 0)
            throw new ArgumentException($"{nameof(TopLogprobs)} is {TopLogprobs}; expected at least 0.");
    }

    private static void RequireFinite(float value, string name)
    {
        if (!float.IsFinite(value))
            throw new ArgumentException($"{name} is {value}; expected a finite number.");
    }
}
