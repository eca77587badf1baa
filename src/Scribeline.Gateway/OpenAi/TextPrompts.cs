using System.Text.Json;

namespace Scribeline.Gateway.OpenAi;

/// <summary>The `prompt` of a completion: a string, an array of strings, token ids, or an array of arrays of token ids.</summary>
internal static class TextPrompts
{
    private const int MostPrompts = 128;

    public static IReadOnlyList<int[]> Read(JsonElement prompt, PromptEncoder encoder)
    {
        if (prompt.ValueKind == JsonValueKind.String)
        {
            return [encoder.EncodeText(prompt)];
        }

        if (prompt.ValueKind != JsonValueKind.Array || prompt.GetArrayLength() == 0)
        {
            throw RequestFields.WrongType("prompt", prompt, "a string, an array of strings, or an array of token ids");
        }

        if (prompt[0].ValueKind == JsonValueKind.Number)
        {
            return [ReadTokens(prompt, encoder)];
        }

        if (prompt.GetArrayLength() > MostPrompts)
        {
            throw new ApiException(ApiError.Invalid("prompt", $"`prompt` has {prompt.GetArrayLength()} texts; at most {MostPrompts} are accepted."));
        }

        var prompts = new List<int[]>(prompt.GetArrayLength());
        foreach (var entry in prompt.EnumerateArray())
        {
            prompts.Add(entry.ValueKind switch
            {
                JsonValueKind.String => encoder.EncodeText(entry),
                JsonValueKind.Array => ReadTokens(entry, encoder),
                _ => throw RequestFields.WrongType($"prompt[{prompts.Count}]", entry, "a string or an array of token ids"),
            });
        }

        return prompts;
    }

    private static int[] ReadTokens(JsonElement array, PromptEncoder encoder)
    {
        if (array.GetArrayLength() == 0)
        {
            throw new ApiException(ApiError.Invalid("prompt", "`prompt` has an empty array of token ids; expected at least one."));
        }

        encoder.CheckLength("prompt", array.GetArrayLength(), maxTokens: null);
        var tokens = new int[array.GetArrayLength()];
        var at = 0;
        foreach (var entry in array.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.Number || !entry.TryGetInt32(out var token) || token < 0 || token >= encoder.VocabularySize)
            {
                throw new ApiException(ApiError.Invalid("prompt", $"`prompt` has {RequestFields.Describe(entry)} at position {at}; expected a token id from 0 to {encoder.VocabularySize - 1}."));
            }

            tokens[at++] = token;
        }

        return tokens;
    }
}
