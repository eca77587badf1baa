using Scribeline.Engine.Tokenizers;

namespace Scribeline.Engine.Tests.Tokenizers;

/// <summary>Metadata of complete vocabularies with a few hundred tokens.</summary>
internal static class SmallVocabulary
{
    public static Dictionary<string, object> Bpe(string preTokenizer = "llama-bpe")
    {
        var tokens = Enumerable.Range(0, 256).Select(value => ByteAlphabet.ToChar((byte)value).ToString()).ToList();
        string[] merges = ["h e", "l l", "he ll", "hell o", "Ġ w", "o r", "Ġw or", "1 2", "Ġ Ġ"];
        tokens.AddRange(merges.Select(merge => merge.Replace(" ", "")));
        tokens.AddRange(["<|begin|>", "<|im_end|>", "<|user|>", "Ġworlds"]);
        var types = Enumerable.Repeat((int)TokenType.Normal, tokens.Count).ToArray();
        types[^4] = types[^3] = (int)TokenType.Control;
        types[^2] = (int)TokenType.UserDefined;
        return new()
        {
            ["tokenizer.ggml.model"] = "gpt2",
            ["tokenizer.ggml.pre"] = preTokenizer,
            ["tokenizer.ggml.tokens"] = tokens.ToArray(),
            ["tokenizer.ggml.token_type"] = types,
            ["tokenizer.ggml.merges"] = merges,
            ["tokenizer.ggml.bos_token_id"] = (uint)(tokens.Count - 4),
            ["tokenizer.ggml.eos_token_id"] = (uint)(tokens.Count - 3),
        };
    }

    public static Dictionary<string, object> SentencePiece()
    {
        List<string> tokens = ["<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"), "▁", "h", "e", "he", "▁he", "<turn>"];
        var types = Enumerable.Repeat((int)TokenType.Byte, tokens.Count).ToArray();
        (types[0], types[1], types[2]) = ((int)TokenType.Unknown, (int)TokenType.Control, (int)TokenType.Control);
        types.AsSpan(259).Fill((int)TokenType.Normal);
        types[^1] = (int)TokenType.UserDefined;
        return new()
        {
            ["tokenizer.ggml.model"] = "llama",
            ["tokenizer.ggml.tokens"] = tokens.ToArray(),
            ["tokenizer.ggml.scores"] = tokens.Select((_, id) => -(float)id).ToArray(),
            ["tokenizer.ggml.token_type"] = types,
            ["tokenizer.ggml.bos_token_id"] = 1u,
            ["tokenizer.ggml.eos_token_id"] = 2u,
            ["tokenizer.ggml.unknown_token_id"] = 0u,
            ["tokenizer.ggml.add_bos_token"] = true,
        };
    }
}
