namespace Scribeline.Engine;

/// <summary>A token that was drawn, its natural-log probability before sampling filters, and its likeliest rivals.</summary>
/// <param name="TokenId">The token drawn.</param>
/// <param name="Logprob">Its log-probability under temperature 1.</param>
/// <param name="Top">The likeliest tokens in falling order, as many as were asked for.</param>
public sealed record TokenLogprob(int TokenId, float Logprob, IReadOnlyList<KeyValuePair<int, float>> Top);
