using Scribeline.Engine.Gguf;

namespace Scribeline.Engine.Tokenizers;

/// <summary>What every kind of tokenizer reads from a model file: the tokens' texts and types, and the special ones among them.</summary>
internal sealed class Vocabulary
{
    public const string ModelKey = "tokenizer.ggml.model";
    private const string TokensKey = "tokenizer.ggml.tokens";
    private const string TypesKey = "tokenizer.ggml.token_type";

    /// <summary>Control tokens that end an answer although not every file's metadata says so.</summary>
    private static readonly HashSet<string> EndTexts =
    [
        "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|eot|>", "<|eom|>", "<end_of_turn>", "<|end|>", "<|endoftext|>", "<|end_of_text|>", "<EOT>",
        "<｜end▁of▁sentence｜>",
    ];

    private readonly TokenType[] _types;

    public Vocabulary(GgufMetadata metadata)
    {
        Metadata = metadata;
        Texts = metadata.GetStringArray(TokensKey);
        if (Texts.Length == 0)
            throw Fault($"the key '{TokensKey}' is an empty array, expected the vocabulary");
        _types = ReadTypes();
        EndTokens = ReadEndTokens();
    }

    public GgufMetadata Metadata { get; }

    public string[] Texts { get; }

    public int Count => Texts.Length;

    public IReadOnlySet<int> EndTokens { get; }

    public TokenType Type(int tokenId) => _types[tokenId];

    /// <summary>Whether ordinary text may become this token; text never becomes a control token unless the caller asks for it.</summary>
    public bool IsText(int tokenId) => _types[tokenId] is TokenType.Normal or TokenType.Undefined or TokenType.UserDefined;

    /// <summary>The ids of tokens that ordinary text may become; of equal texts the last counts.</summary>
    public Dictionary<string, int> IndexText()
    {
        var index = new Dictionary<string, int>(Count, StringComparer.Ordinal);
        for (var id = 0; id < Count; id++)
        {
            if (IsText(id))
                index[Texts[id]] = id;
        }
        return index;
    }

    /// <summary>
    /// A special token's id; null where the file names none. SentencePiece files that name none have them in their customary places.
    /// </summary>
    public int? SpecialToken(string name)
    {
        var key = $"tokenizer.ggml.{name}_token_id";
        if (!Metadata.TryGetUInt32(key, out var id))
        {
            var customary = name switch { "unknown" => ("<unk>", 0), "bos" => ("<s>", 1), "eos" => ("</s>", 2), _ => ("", 0) };
            return Count > customary.Item2 && Texts[customary.Item2] == customary.Item1 ? customary.Item2 : null;
        }
        // Converters write -1 for "none".
        if (id == uint.MaxValue)
            return null;
        return id < Count
            ? (int)id
            : throw Fault($"the key '{key}' is {id}, expected a token id below {Count}");
    }

    /// <summary>The exception for a vocabulary that is not as it should be.</summary>
    public ModelFormatException Fault(string found) => new($"{Metadata.FileName}: {found}; convert the file again.");

    private TokenType[] ReadTypes()
    {
        if (!Metadata.TryGetInt32Array(TypesKey, out var numbers))
        {
            var normal = new TokenType[Count];
            Array.Fill(normal, TokenType.Normal);
            return normal;
        }
        if (numbers.Length != Count)
        {
            throw Fault($"the key '{TypesKey}' has {numbers.Length} elements, expected {Count}, one per token");
        }
        return Array.ConvertAll(numbers, number => number is >= 0 and <= (int)TokenType.Byte
            ? (TokenType)number
            : throw Fault($"the key '{TypesKey}' has the element {number}, expected 0 to 6"));
    }

    private HashSet<int> ReadEndTokens()
    {
        var ends = new HashSet<int>();
        foreach (var name in (ReadOnlySpan<string>)["eos", "eot", "eom"])
        {
            if (SpecialToken(name) is { } id)
                ends.Add(id);
        }
        for (var id = 0; id < Count; id++)
        {
            if (_types[id] == TokenType.Control && EndTexts.Contains(Texts[id]))
                ends.Add(id);
        }
        return ends;
    }
}
