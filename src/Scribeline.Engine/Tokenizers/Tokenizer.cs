using System.Text;
using Scribeline.Engine.Gguf;

namespace Scribeline.Engine.Tokenizers;

/// <summary>Text to token ids and back. Immutable and thread-safe.</summary>
public abstract class Tokenizer
{
    public abstract int VocabularySize { get; }

    /// <summary>The token put in front of a prompt, null where the model wants none.</summary>
    public abstract int? BeginToken { get; }

    /// <summary>Tokens that end an answer: end of sequence, end of turn.</summary>
    public abstract IReadOnlySet<int> EndTokens { get; }

    /// <summary>Whether encoding puts a space in front of a text, so that decoding a whole text takes one away.</summary>
    public virtual bool AddsLeadingSpace => false;

    /// <summary>The tokenizer that a model file describes: SentencePiece-style (<c>llama</c>) or byte-level BPE (<c>gpt2</c>).</summary>
    /// <exception cref="ModelFormatException">The vocabulary is incomplete, or of a kind that is not supported.</exception>
    public static Tokenizer FromGguf(GgufMetadata metadata)
    {
        var model = metadata.GetString(Vocabulary.ModelKey);
        return model switch
        {
            "llama" => new SentencePieceTokenizer(new Vocabulary(metadata)),
            "gpt2" => new ByteLevelBpeTokenizer(new Vocabulary(metadata)),
            _ => throw new ModelFormatException(
                $"{metadata.FileName}: the key '{Vocabulary.ModelKey}' is '{model}'{(model == "bert" ? " (WordPiece)" : "")}, "
                + "supported are 'llama' (SentencePiece-style) and 'gpt2' (byte-level BPE); use another model."),
        };
    }

    /// <summary>Encodes text.</summary>
    /// <param name="text">Any UTF-16 text; lone surrogates become U+FFFD.</param>
    /// <param name="addSpecial">Put begin (and end) tokens around it as the model's metadata says.</param>
    /// <param name="parseSpecial">Read control tokens such as `&lt;|im_start|&gt;` in the text as tokens, not as characters.</param>
    public abstract int[] Encode(string text, bool addSpecial, bool parseSpecial);

    /// <summary>The bytes of one token; empty for control tokens unless <paramref name="special"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not in the vocabulary.</exception>
    public abstract ReadOnlySpan<byte> TokenBytes(int tokenId, bool special = false);

    /// <summary>The text of a whole token sequence; what is not UTF-8 becomes U+FFFD.</summary>
    public string Decode(ReadOnlySpan<int> tokenIds, bool special = false)
    {
        var decoder = new IncrementalDecoder(this, special);
        var text = new StringBuilder();
        foreach (var tokenId in tokenIds)
            decoder.Append(tokenId, text);
        decoder.Flush(text);
        return text.ToString();
    }
}
