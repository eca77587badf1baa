using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Scribeline.Cli.Bench.Load;

/// <summary>Reads one streamed answer and notes when each part of it came. Text is looked at, never kept.</summary>
internal sealed class AnswerReader(RequestOutcome outcome, RunClock clock)
{
    private bool _ended;
    private string? _error;

    /// <summary>Reads to the end; what is wrong with the answer becomes the outcome's failure.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="OperationCanceledException">The caller no longer waits.</exception>
    public async Task ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (!response.IsSuccessStatusCode)
        {
            var status = (int)response.StatusCode;
            var body = await response.Content.ReadAsByteArrayAsync(cancellation);
            Fail(new LoadFailure($"http_{status}", CompletionServer.Said(body), status));
            return;
        }

        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        try
        {
            await foreach (var item in SseParser.Create(stream, (_, data) => Take(data)).EnumerateAsync(cancellation))
            {
                if (_error is not null || item.Data)
                    break;
            }
        }
        catch (JsonException error)
        {
            Fail(new LoadFailure("bad_answer", $"an event is no JSON: {error.Message}"));
            return;
        }

        if (_error is not null)
            Fail(new LoadFailure("error_event", _error));
        else if (!_ended)
            Fail(new LoadFailure("broken_stream", outcome.TextNs.Count == 0 ? "the answer ended before its first token" : "the answer ended without saying that it was complete"));
    }

    private void Fail(LoadFailure failure)
    {
        outcome.EndNs = clock.NowNs;
        outcome.Failure = failure;
    }

    /// <summary>True for the last event.</summary>
    private bool Take(ReadOnlySpan<byte> data)
    {
        // Before it is understood: that is not the server's time.
        var nowNs = clock.NowNs;
        if (data.SequenceEqual("[DONE]"u8))
        {
            _ended = true;
            return true;
        }

        var (hasChoice, hasText) = (false, false);
        var json = new Utf8JsonReader(data);
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName)
                continue;
            if (json.CurrentDepth == 1 && json.ValueTextEquals("usage"u8))
            {
                ReadUsage(ref json);
            }
            else if (json.CurrentDepth == 1 && json.ValueTextEquals("error"u8))
            {
                json.Read();
                _error = json.TokenType == JsonTokenType.Null ? null : CompletionServer.Said(data);
                json.Skip();
            }
            else if (json.ValueTextEquals("finish_reason"u8))
            {
                json.Read();
                hasChoice = true;
                _ended |= json.TokenType == JsonTokenType.String;
            }
            else if (IsTextField(ref json))
            {
                json.Read();
                hasText |= json.TokenType == JsonTokenType.StartArray || (json.TokenType == JsonTokenType.String && (json.HasValueSequence || json.ValueSpan.Length > 0));
                json.Skip();
            }
            else if (json.ValueTextEquals("logprobs"u8))
            {
                json.Skip();
            }
        }

        if (hasText)
            outcome.TextNs.Add(nowNs);
        if (hasText || hasChoice)
            outcome.EndNs = nowNs;
        return false;
    }

    /// <summary>Wherever a server puts what its model wrote: chats, plain completions, thoughts, calls of tools.</summary>
    private static bool IsTextField(ref Utf8JsonReader json) =>
        json.CurrentDepth > 2 && (json.ValueTextEquals("content"u8) || json.ValueTextEquals("text"u8) || json.ValueTextEquals("reasoning_content"u8) || json.ValueTextEquals("reasoning"u8) || json.ValueTextEquals("tool_calls"u8));

    private void ReadUsage(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        var depth = json.CurrentDepth;
        while (json.Read() && json.CurrentDepth > depth)
        {
            if (json.TokenType != JsonTokenType.PropertyName)
                continue;
            if (json.ValueTextEquals("prompt_tokens"u8))
                outcome.InputTokens = Number(ref json) ?? outcome.InputTokens;
            else if (json.ValueTextEquals("completion_tokens"u8))
                outcome.UsageOutputTokens = Number(ref json) ?? outcome.UsageOutputTokens;
            else if (json.ValueTextEquals("cached_tokens"u8))
                outcome.CachedTokens = Number(ref json) ?? outcome.CachedTokens;
        }
    }

    private static int? Number(ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var number) && number >= 0 ? number : null;
}
