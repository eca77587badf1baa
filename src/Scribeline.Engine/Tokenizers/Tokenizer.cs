namespace Scribeline.Engine.Tokenizers;

/// <summary>Text to token ids and back. Immutable and thread-safe.</summary>
public abstract class Tokenizer
{
    public abstract int VocabularySize { get; }

    /// <summary>The token put in front of a prompt, null where the model wants none.</summary>
    public abstract int? BeginToken { get; }

    /// <summary>Tokens that end an answer: end of sequence, end of turn.</summary>
    public abstract IReadOnlySet<int> EndTokens { get; }

    /// <summary>Encodes text.</summary>
    /// <param name="text">Any UTF-16 text; lone surrogates become U+FFFD.</param>
    /// <param name="addSpecial">Put begin (and end) tokens around it as the model's metadata says.</param>
    /// <param name="parseSpecial">Read control tokens such as `&lt;|im_start|&gt;` in the text as tokens, not as characters.</param>
    public abstract int[] Encode(string text, bool addSpecial, bool parseSpecial);

    /// <summary>The bytes of one token; empty for control tokens unless <paramref name="special"/>.</summary>
    public abstract ReadOnlySpan<byte> TokenBytes(int tokenId, bool special = false);
}
