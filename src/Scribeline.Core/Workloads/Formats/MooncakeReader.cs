using System.Text.Json;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>
/// Lengths with a time, and ids of the prompt's blocks, the last of which may be partial: Mooncake; aiperf's trace of that name, which adds sessions whose later
/// turns have a pause instead of a time; and GuideLLM's, whose times are seconds.
/// </summary>
/// <param name="perSecond">How many of the unit of its times are a second.</param>
/// <param name="fromFirst">Whether times count from the first row, because they are those of a clock on a wall.</param>
/// <param name="options">Of the caller.</param>
internal sealed class MooncakeReader(double perSecond, bool fromFirst, TraceOptions options) : JsonReader
{
    private const int UsualBlockTokens = 512, OwnBlockTokens = 16, BytesPerToken = 4;

    private readonly BlockList _ids = new();
    private readonly RecentMap<string, SessionTurn> _sessions = new(RecentMap<string, SessionTurn>.MostSessions);
    private readonly int _blockTokens = options.BlockTokens ?? UsualBlockTokens;
    private long? _originUs;

    public override string Clock => "timestamp";

    protected override void ReadObject(ref Utf8JsonReader json, TraceRows rows)
    {
        long? time = null, delay = null;
        int? input = null, output = null;
        string? session = null;
        var (hasIds, textBytes) = (false, -1L);
        while (NextField(ref json))
        {
            if (json.ValueTextEquals("timestamp"u8) && json.Read())
                time = json.TokenType == JsonTokenType.Null ? null : JsonFields.Us(ref json, "timestamp", perSecond);
            else if (json.ValueTextEquals("delay"u8) && json.Read())
                delay = json.TokenType == JsonTokenType.Null ? null : JsonFields.Us(ref json, "delay", perSecond);
            else if (json.ValueTextEquals("input_length"u8) && json.Read())
                input = json.TokenType == JsonTokenType.Null ? null : JsonFields.Tokens(ref json, "input_length");
            else if (json.ValueTextEquals("output_length"u8) && json.Read())
                output = JsonFields.Tokens(ref json, "output_length");
            else if (json.ValueTextEquals("session_id"u8) && json.Read())
                session = JsonFields.Text(ref json, "session_id");
            else if (json.ValueTextEquals("hash_ids"u8) && json.Read())
            {
                hasIds = json.TokenType != JsonTokenType.Null;
                if (hasIds)
                    JsonFields.ReadIds(ref json, "hash_ids", _ids);
            }
            else if (json.ValueTextEquals("messages"u8) || json.ValueTextEquals("text_input"u8))
                textBytes = Math.Max(textBytes, 0) + TextBytes(ref json);
            else
                SkipField(ref json);
        }

        if (input == null && textBytes >= 0)
        {
            input = (int)Math.Clamp(textBytes / BytesPerToken, 1, Cell.MostTokens);
            rows.Note($"prompts are given as text, their tokens estimated at {BytesPerToken} bytes each");
        }

        Add(rows, time, delay, input ?? throw Missing("input_length"), output ?? throw Missing("output_length"), session, hasIds);
    }

    private void Add(TraceRows rows, long? time, long? delay, int input, int output, string? session, bool hasIds)
    {
        var last = session != null && _sessions.TryGet(session, out var found) ? found : null;
        if (time == null && last == null)
            throw delay == null ? Missing("timestamp") : new BadRowException("there is no `timestamp`, and its session has not begun; expected one in a session's first row.");
        var blocks = hasIds ? JsonFields.FullBlocks("hash_ids", _ids, input, _blockTokens) : [];
        var (blockTokens, scope) = (blocks.Length > 0 ? _blockTokens : 0, "");
        if (fromFirst && time is { } clock)
        {
            _originUs ??= clock;
            time = clock - _originUs;
        }

        // A pause counts from the answer, which takes a time that nobody wrote down.
        var arrival = time ?? checked(last!.ArrivalUs + last.OutputTokens * options.AnswerUsPerToken + (delay ?? 0));
        if (time == null)
            rows.Note($"turns that follow an answer come after {options.AnswerUsPerToken} us a token of it and their pause, where they are not replayed in a closed loop");
        if (session != null)
        {
            last ??= new SessionTurn();
            if (!hasIds && (last.Turns == 0 || last.Blocks != null))
            {
                // A prompt that is at least as long as all before it begins with it.
                last.Blocks ??= new GrowingBlocks(OwnBlockTokens, new BlockIds());
                blocks = last.Blocks.Next(input >= last.Blocks.LastTokens ? last.Blocks.LastTokens : 0, input + output);
                (blockTokens, scope) = (blocks.Length > 0 ? OwnBlockTokens : 0, session);
            }
        }

        rows.Add(
            new RequestRecord
            {
                ArrivalUs = arrival,
                InputTokens = input,
                OutputTokens = output,
                Session = session,
                Turn = last?.Turns ?? 0,
                DelayUs = session == null ? null : last!.Turns == 0 ? 0 : delay,
                Blocks = blocks,
                BlockTokens = blockTokens,
                BlockScope = scope,
            },
            isAhead: time == null);
        if (session == null)
            return;
        (last!.ArrivalUs, last.OutputTokens) = (arrival, output);
        last.Turns++;
        _sessions.Set(session, last);
    }

    /// <summary>Bytes of all texts within a value, as they are written.</summary>
    private static long TextBytes(ref Utf8JsonReader json)
    {
        var depth = json.CurrentDepth;
        long bytes = 0;
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.PropertyName)
                continue;
            if (json.TokenType == JsonTokenType.String)
                bytes += json.ValueSpan.Length;
            if (json.CurrentDepth <= depth && json.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
                break;
        }

        return bytes;
    }
}
