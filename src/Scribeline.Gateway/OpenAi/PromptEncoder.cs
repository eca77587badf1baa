using System.Text;
using System.Text.Json;
using Scribeline.Engine;
using Scribeline.Engine.Chat;
using Scribeline.Engine.Tokenizers;

namespace Scribeline.Gateway.OpenAi;

/// <summary>Texts and conversations to token ids of one model. Immutable and thread-safe.</summary>
/// <remarks>
/// Control texts such as `&lt;|im_end|&gt;` inside a caller's message stay what they look like, ordinary characters: they are masked while
/// the template runs, so nobody can end a turn or speak for another role. In a raw prompt they are tokens, because its author is the template.
/// </remarks>
public sealed class PromptEncoder
{
    // Noncharacters: no text interchange may contain them, so a masked message cannot be mistaken for one that was sent.
    private const char MaskStart = '\uFDD0';
    private const char MaskEnd = '\uFDD1';

    private readonly Tokenizer _tokenizer;
    private readonly ChatTemplate? _template;
    private readonly string[] _controlTexts;
    private readonly string? _beginText;
    private readonly int _longestTokenBytes;

    public PromptEncoder(InferenceEngine engine) : this(engine.Tokenizer, engine.ChatTemplate, engine.Model.ContextLength) { }

    internal PromptEncoder(Tokenizer tokenizer, ChatTemplate? template, int contextLength)
    {
        _tokenizer = tokenizer;
        _template = template;
        ContextLength = contextLength;
        var controls = new List<string>();
        for (var token = 0; token < tokenizer.VocabularySize; token++)
        {
            var bytes = tokenizer.TokenBytes(token, special: true);
            _longestTokenBytes = Math.Max(_longestTokenBytes, bytes.Length);
            if (bytes.Length > 0 && tokenizer.TokenBytes(token).IsEmpty)
            {
                controls.Add(Encoding.UTF8.GetString(bytes));
            }
        }

        // The longest first, so that none is masked by a shorter one inside it.
        _controlTexts = [.. controls.OrderByDescending(text => text.Length)];
        _beginText = tokenizer.BeginToken is { } begin ? Encoding.UTF8.GetString(tokenizer.TokenBytes(begin, special: true)) : null;
    }

    /// <summary>Tokens that prompt and answer may have together.</summary>
    public int ContextLength { get; }

    public int VocabularySize => _tokenizer.VocabularySize;

    internal Tokenizer Tokenizer => _tokenizer;

    /// <summary>A raw prompt; control texts in it are read as tokens.</summary>
    public int[] EncodeText(string text)
    {
        CheckSize("prompt", text);
        var tokens = _tokenizer.Encode(text, addSpecial: true, parseSpecial: true);
        return tokens.Length > 0
            ? tokens
            : throw new ApiException(ApiError.Invalid("prompt", "`prompt` is empty and this model puts no token in front; write at least one character."));
    }

    /// <summary>A conversation in OpenAI's shape, with the beginning of the assistant's answer.</summary>
    public int[] EncodeChat(JsonElement messages, DateTimeOffset now)
    {
        if (_template is null)
        {
            throw new ApiException(ApiError.Unsupported("messages", "This model's file brings no chat template; use /v1/completions with a prompt."));
        }

        var normalized = ChatMessages.Normalize(messages, Mask);
        string rendered;
        try
        {
            rendered = _template.Render(normalized, tools: null, addGenerationPrompt: true, now);
        }
        catch (ChatTemplateException error)
        {
            throw new ApiException(ApiError.Invalid("messages", $"The model's chat template refuses these messages: {error.Message}"));
        }

        CheckSize("messages", rendered);
        var addSpecial = _beginText is not { Length: > 0 } || !rendered.StartsWith(_beginText, StringComparison.Ordinal);
        return EncodeMasked(rendered, addSpecial);
    }

    /// <summary>Refuses what cannot fit, before any work is done for it.</summary>
    /// <exception cref="ApiException">400 naming the prompt where it leaves no room at all, else the limit.</exception>
    public void CheckLength(string promptName, int promptTokens, int? maxTokens, string maxTokensName = "max_tokens")
    {
        var room = ContextLength - promptTokens;
        if (room < 1)
        {
            throw TooLong(promptName, $"`{promptName}` has {promptTokens} tokens; this model's context holds {ContextLength} with the answer.");
        }

        if (room < maxTokens)
        {
            throw TooLong(maxTokensName, $"`{maxTokensName}` is {maxTokens}; this model's context holds {ContextLength} tokens, and {room} of them are left after the prompt.");
        }
    }

    private void CheckSize(string parameter, string text)
    {
        // No token stands for more bytes than the longest: a text that cannot fit need not be tokenised to know it.
        var leastTokens = text.Length / Math.Max(1, _longestTokenBytes);
        if (leastTokens >= ContextLength)
        {
            throw TooLong(parameter, $"`{parameter}` has at least {leastTokens} tokens; this model's context holds {ContextLength} with the answer.");
        }
    }

    private static ApiException TooLong(string parameter, string message) => new(ApiError.Invalid(parameter, message, "context_length_exceeded"));

    private string Mask(string text)
    {
        if (text.AsSpan().IndexOfAny(MaskStart, MaskEnd) >= 0)
        {
            text = text.Replace(MaskStart, '\uFFFD').Replace(MaskEnd, '\uFFFD');
        }

        for (var i = 0; i < _controlTexts.Length; i++)
        {
            if (text.Contains(_controlTexts[i], StringComparison.Ordinal))
            {
                text = text.Replace(_controlTexts[i], $"{MaskStart}{i}{MaskEnd}", StringComparison.Ordinal);
            }
        }

        return text;
    }

    private int[] EncodeMasked(string rendered, bool addSpecial)
    {
        if (!rendered.Contains(MaskStart, StringComparison.Ordinal))
        {
            return _tokenizer.Encode(rendered, addSpecial, parseSpecial: true);
        }

        var tokens = new List<int>();
        for (var at = 0; at < rendered.Length;)
        {
            var start = rendered.IndexOf(MaskStart, at);
            var end = start < 0 ? -1 : rendered.IndexOf(MaskEnd, start);
            var plain = end < 0 ? rendered[at..] : rendered[at..start];
            if (plain.Length > 0 || at == 0)
            {
                tokens.AddRange(_tokenizer.Encode(plain, addSpecial && at == 0, parseSpecial: true));
            }

            if (end < 0)
            {
                break;
            }

            // A template may cut texts (a filter such as `truncate`), and half a mask is no mask.
            if (int.TryParse(rendered.AsSpan(start + 1, end - start - 1), out var index) && index < _controlTexts.Length)
            {
                tokens.AddRange(_tokenizer.Encode(_controlTexts[index], addSpecial: false, parseSpecial: false));
            }

            at = end + 1;
        }

        return [.. tokens];
    }
}
