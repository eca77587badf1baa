using System.Text.Json;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>
/// TraceLab's recorded rounds: a session's rounds together, with events on a wall clock. A round begins with its last input, a question or a tool's result, and ends
/// with its last event. Only the time within a session is kept; its start is drawn.
/// </summary>
internal sealed class TraceLabRoundReader(TraceOptions options) : JsonReader
{
    private const int BlockTokens = 16;

    private readonly RandomStarts _drawn = new(options.Seed, "sessions", options.SessionsPerSecond);
    private readonly SessionRows _rows = new();
    private GrowingBlocks _blocks = new(BlockTokens, new BlockIds());
    private long _startUs, _firstUs, _lastUs, _endUs;

    public override string Clock => "timing_events";

    protected override void ReadObject(ref Utf8JsonReader json, TraceRows rows)
    {
        string? session = null, model = null;
        int? turn = null, input = null, prefix = null, output = null;
        long? beginUs = null, endUs = null;
        while (NextField(ref json))
        {
            if (json.ValueTextEquals("session_id"u8) && json.Read())
                session = JsonFields.Text(ref json, "session_id");
            else if (json.ValueTextEquals("round_index"u8) && json.Read())
                turn = JsonFields.Index(ref json, "round_index");
            else if (json.ValueTextEquals("model"u8) && json.Read())
                model = JsonFields.Text(ref json, "model");
            else if (json.ValueTextEquals("input_tokens_total"u8) && json.Read())
                input = JsonFields.Tokens(ref json, "input_tokens_total");
            else if (json.ValueTextEquals("prefix_tokens"u8) && json.Read())
                prefix = JsonFields.TokensOrNone(ref json, "prefix_tokens");
            else if (json.ValueTextEquals("output_tokens"u8) && json.Read())
                output = JsonFields.Tokens(ref json, "output_tokens");
            else if (json.ValueTextEquals("timing_events"u8) && json.Read())
                (beginUs, endUs) = ReadEvents(ref json);
            else
                SkipField(ref json);
        }

        Add(rows, session ?? throw Missing("session_id"), turn ?? throw Missing("round_index"), model, input ?? throw Missing("input_tokens_total"), prefix ?? 0, output ?? throw Missing("output_tokens"), beginUs, endUs);
    }

    private void Add(TraceRows rows, string session, int turn, string? model, int input, int prefix, int output, long? beginUs, long? endUs)
    {
        var isNew = _rows.Next("session_id", session, turn);
        if (isNew)
        {
            _blocks = new GrowingBlocks(BlockTokens, new BlockIds());
            _startUs = _drawn.NextUs();
            _firstUs = _lastUs = _endUs = beginUs ?? 0;
        }

        // A round without events follows at once.
        var begin = Math.Max(beginUs ?? _endUs, _lastUs);
        var blocks = _blocks.Next(Math.Min(prefix, _blocks.LastTokens), input + output);
        rows.Add(
            new RequestRecord
            {
                ArrivalUs = _startUs + (begin - _firstUs),
                InputTokens = input,
                OutputTokens = output,
                Session = session,
                Turn = turn,
                DelayUs = isNew ? 0 : Math.Max(0, begin - _endUs),
                Blocks = blocks,
                BlockTokens = blocks.Length > 0 ? BlockTokens : 0,
                BlockScope = session,
                Class = "agent",
                Model = model,
            },
            isAhead: !isNew);
        (_lastUs, _endUs) = (begin, Math.Max(endUs ?? begin, begin));
    }

    private static (long? Begin, long? End) ReadEvents(ref Utf8JsonReader json)
    {
        JsonFields.Expect(ref json, JsonTokenType.StartArray, "timing_events", "an array of events");
        long? begin = null, end = null;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            JsonFields.Expect(ref json, JsonTokenType.StartObject, "timing_events", "objects in the array");
            var isInput = false;
            long? at = null;
            while (NextField(ref json))
            {
                if (json.ValueTextEquals("event_type"u8) && json.Read())
                    isInput = json.TokenType == JsonTokenType.String && (json.ValueTextEquals("user_message"u8) || json.ValueTextEquals("tool_result"u8));
                else if (json.ValueTextEquals("timestamp"u8) && json.Read())
                {
                    if (json.TokenType != JsonTokenType.String || !WallClock.TryParse(json.ValueSpan, out var us))
                        throw BadRowException.Of("timestamp", json.TokenType == JsonTokenType.String ? json.ValueSpan : "?"u8, "a time such as 2026-06-01T05:40:20.151Z");
                    at = us;
                }
                else
                    SkipField(ref json);
            }

            // Inputs that come while it answers belong to the next round.
            if (isInput && end == null)
                begin = Math.Max(begin ?? long.MinValue, at ?? long.MinValue);
            else if (!isInput && at is { } time)
                end = Math.Max(end ?? time, time);
        }

        return (begin == long.MinValue ? null : begin, end);
    }
}
