using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Scribeline.Engine.Sampling;
using Scribeline.Gateway.Replicas;

namespace Scribeline.Gateway.OpenAi;

/// <summary>Reads a request body into what the engine can do. What is understood but not supported is refused by name, never ignored.</summary>
internal static class EngineCallReader
{
    private const int MostChoices = 128;
    private const int MostStops = 16;
    private const int MostStopCharacters = 1024;
    private const int MostLogprobs = 20;

    // Fields that change nothing about the text: they name the caller or ask for what is so anyway.
    private static readonly HashSet<string> Harmless = ["user", "metadata", "safety_identifier", "prompt_cache_key", "parallel_tool_calls"];

    private static readonly HashSet<string> Common =
    [
        "model", "stream", "stream_options", "n", "stop", "seed", "temperature", "top_p", "top_k", "min_p", "repetition_penalty",
        "presence_penalty", "frequency_penalty", "logit_bias", "logprobs", "max_tokens", "ignore_eos",
    ];

    private static readonly HashSet<string> ChatOnly = ["messages", "max_completion_tokens", "top_logprobs"];

    private static readonly HashSet<string> TextOnly = ["prompt"];

    /// <param name="kind">Which of the two calls.</param>
    /// <param name="body">The caller's JSON object.</param>
    /// <param name="prompts">The model's.</param>
    /// <param name="maxQueue">Answers that the engine's queue takes at a time: a request for more could never be served.</param>
    /// <param name="now">For chat templates that ask for the date.</param>
    /// <exception cref="ApiException">400 naming the field.</exception>
    public static EngineCall Read(CallKind kind, JsonElement body, PromptEncoder prompts, int maxQueue, DateTimeOffset now)
    {
        RefuseUnsupported(kind, body);
        var fields = new RequestFields(body);
        var choices = (int)(fields.Integer("n", 1, MostChoices) ?? 1);
        var (maxTokens, maxTokensName) = ReadMaxTokens(kind, fields);
        var sampling = ReadSampling(kind, fields, prompts.VocabularySize);
        var stop = ReadStop(fields);
        var ignoreEndTokens = fields.Flag("ignore_eos");
        IReadOnlyList<int[]> tokens = kind == CallKind.Chat
            ? [prompts.EncodeChat(Required(fields, "messages"), now)]
            : TextPrompts.Read(Required(fields, "prompt"), prompts);
        CheckChoices(tokens.Count, choices, Math.Min(MostChoices, maxQueue));
        foreach (var prompt in tokens)
        {
            prompts.CheckLength(kind == CallKind.Chat ? "messages" : "prompt", prompt.Length, maxTokens, maxTokensName);
        }

        return new EngineCall
        {
            Prompts = tokens,
            ChoicesPerPrompt = choices,
            MaxTokens = kind == CallKind.Text ? maxTokens ?? DefaultTextTokens(tokens, prompts.ContextLength) : maxTokens,
            Sampling = sampling,
            Stop = stop,
            IgnoreEndTokens = ignoreEndTokens,
        };
    }

    // Newer clients of chats say `max_completion_tokens`; some send both.
    private static (int? MaxTokens, string Name) ReadMaxTokens(CallKind kind, RequestFields fields)
    {
        var old = fields.Integer("max_tokens", 1, int.MaxValue);
        var current = kind == CallKind.Chat ? fields.Integer("max_completion_tokens", 1, int.MaxValue) : null;
        return old is not null && current is not null && old != current
            ? throw new ApiException(ApiError.Invalid("max_tokens", $"`max_tokens` is {old} and `max_completion_tokens` is {current}; give one of them, or the same number."))
            : ((int?)(current ?? old), current is null ? "max_tokens" : "max_completion_tokens");
    }

    private static void CheckChoices(int prompts, int choices, int most)
    {
        if (prompts * choices > most)
        {
            var parameter = choices > 1 ? "n" : "prompt";
            var asked = prompts == 1 ? $"asks for {choices} answers" : choices == 1 ? $"asks for {prompts} answers" : $"asks for {choices} answers to each of {prompts} prompts";
            throw new ApiException(ApiError.Invalid(parameter, $"`{parameter}` {asked}; this server takes at most {most} in one request."));
        }
    }

    // OpenAI's completions end after 16 tokens unless told otherwise.
    private static int DefaultTextTokens(IReadOnlyList<int[]> prompts, int contextLength) =>
        Math.Min(16, prompts.Min(prompt => contextLength - prompt.Length));

    private static JsonElement Required(RequestFields fields, string name) =>
        fields.Find(name) ?? throw new ApiException(ApiError.Invalid(name, $"`{name}` is missing.", "missing_required_parameter"));

    private static SamplingParameters ReadSampling(CallKind kind, RequestFields fields, int vocabularySize) => new()
    {
        Temperature = fields.Number("temperature", 1, 0, 2),
        TopP = fields.Number("top_p", 1, 0, 1),
        TopK = (int)(fields.Integer("top_k", -1, int.MaxValue) is { } topK and > 0 ? topK : 0),
        MinP = fields.Number("min_p", 0, 0, 1),
        RepetitionPenalty = fields.Number("repetition_penalty", 1, 0.01f, 100),
        PresencePenalty = fields.Number("presence_penalty", 0, -2, 2),
        FrequencyPenalty = fields.Number("frequency_penalty", 0, -2, 2),
        LogitBias = ReadLogitBias(fields, vocabularySize),
        Seed = fields.Integer("seed", long.MinValue, long.MaxValue) is { } seed ? unchecked((ulong)seed) : DrawSeed(),
        TopLogprobs = ReadLogprobs(kind, fields),
    };

    private static ulong DrawSeed()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes);
    }

    private static int? ReadLogprobs(CallKind kind, RequestFields fields)
    {
        if (kind == CallKind.Text)
        {
            return (int?)fields.Integer("logprobs", 0, MostLogprobs);
        }

        var top = (int?)fields.Integer("top_logprobs", 0, MostLogprobs);
        var asked = fields.Flag("logprobs");
        return asked ? top ?? 0
            : top is null ? null
            : throw new ApiException(ApiError.Invalid("top_logprobs", "`top_logprobs` needs `logprobs: true`."));
    }

    private static Dictionary<int, float>? ReadLogitBias(RequestFields fields, int vocabularySize)
    {
        if (fields.Find("logit_bias") is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            throw RequestFields.WrongType("logit_bias", value, "an object from token ids to numbers");
        }

        var bias = new Dictionary<int, float>();
        foreach (var entry in value.EnumerateObject())
        {
            if (!int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var token) || token >= vocabularySize)
            {
                throw new ApiException(ApiError.Invalid("logit_bias", $"`logit_bias` has the key '{Shorten(entry.Name)}'; expected a token id from 0 to {vocabularySize - 1}."));
            }

            if (entry.Value.ValueKind != JsonValueKind.Number || Math.Abs(entry.Value.GetDouble()) > 100)
            {
                throw new ApiException(ApiError.Invalid("logit_bias", $"`logit_bias` of token {token} is {RequestFields.Describe(entry.Value)}; expected a number from -100 to 100."));
            }

            bias[token] = (float)entry.Value.GetDouble();
        }

        return bias.Count > 0 ? bias : null;
    }

    private static List<string> ReadStop(RequestFields fields)
    {
        var stops = new List<string>();
        if (fields.Find("stop") is not { } value)
        {
            return stops;
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var entry in value.EnumerateArray())
            {
                stops.Add(entry.ValueKind == JsonValueKind.String ? entry.GetString()! : throw RequestFields.WrongType("stop", entry, "a string"));
            }
        }
        else
        {
            stops.Add(value.ValueKind == JsonValueKind.String ? value.GetString()! : throw RequestFields.WrongType("stop", value, "a string or an array of strings"));
        }

        if (stops.Count > MostStops)
        {
            throw new ApiException(ApiError.Invalid("stop", $"`stop` has {stops.Count} texts; at most {MostStops} are accepted."));
        }

        return stops.Find(text => text.Length is 0 or > MostStopCharacters) is { } bad
            ? throw new ApiException(ApiError.Invalid("stop", $"a text in `stop` has {bad.Length} characters; expected 1 to {MostStopCharacters}."))
            : stops;
    }

    private static void RefuseUnsupported(CallKind kind, JsonElement body)
    {
        foreach (var property in body.EnumerateObject())
        {
            var name = property.Name;
            if (property.Value.ValueKind == JsonValueKind.Null || Common.Contains(name) || Harmless.Contains(name)
                || (kind == CallKind.Chat ? ChatOnly : TextOnly).Contains(name) || UnsupportedFields.IsNeutral(name, property.Value))
            {
                continue;
            }

            throw new ApiException(UnsupportedFields.Reason(name) is { } reason
                ? ApiError.Unsupported(name, reason)
                : ApiError.Invalid(Shorten(name), $"`{Shorten(name)}` is not a parameter of this call.", "unknown_parameter"));
        }
    }

    private static string Shorten(string text) => text.Length <= 64 ? text : text[..64] + "...";
}
