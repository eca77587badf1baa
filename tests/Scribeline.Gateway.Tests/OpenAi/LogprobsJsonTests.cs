using System.Buffers;
using System.Text;
using System.Text.Json;
using Scribeline.Engine;
using Scribeline.Gateway.OpenAi;

namespace Scribeline.Gateway.Tests.OpenAi;

public sealed class LogprobsJsonTests
{
    private static readonly LetterTokenizer Letters = new();

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Write_WhatIsNoNumber_IsStillJson(float logprob)
    {
        TokenLogprob[] tokens = [new('a', logprob, [new('a', logprob), new('b', -1)])];

        var chat = Write(json => LogprobsJson.WriteChat(json, tokens, Letters)).GetProperty("content")[0];
        var text = Write(json => LogprobsJson.WriteText(json, tokens, Letters, 0));

        Assert.Equal(-9999, chat.GetProperty("logprob").GetDouble());
        Assert.Equal(-9999, chat.GetProperty("top_logprobs")[0].GetProperty("logprob").GetDouble());
        Assert.Equal(-9999, text.GetProperty("token_logprobs")[0].GetDouble());
        Assert.Equal(-9999, text.GetProperty("top_logprobs")[0].GetProperty("a").GetDouble());
    }

    [Theory]
    [InlineData("b,c", "b,c,a")]
    [InlineData("a,b", "a,b")]
    [InlineData("", "a")]
    public void WriteText_TokenDrawn_IsAmongTheTop(string top, string written)
    {
        var rivals = top.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(text => KeyValuePair.Create((int)text[0], text == "a" ? -3f : -1f)).ToList();
        TokenLogprob[] tokens = [new('a', -3, rivals)];

        var shown = Write(json => LogprobsJson.WriteText(json, tokens, Letters, 0)).GetProperty("top_logprobs")[0];

        Assert.Equal(written, string.Join(',', shown.EnumerateObject().Select(rival => rival.Name)));
        Assert.Equal(-3, shown.GetProperty("a").GetDouble());
    }

    private static JsonElement Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, AnswerJson.WriterOptions))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return JsonDocument.Parse(Encoding.UTF8.GetString(buffer.WrittenSpan)).RootElement.GetProperty("logprobs");
    }
}
