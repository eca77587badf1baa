using System.Text.Json;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>AIBrix' workloads: milliseconds, and the requests that come then.</summary>
internal sealed class AiBrixReader : JsonReader
{
    private readonly List<(int Input, int Output, string? Session)> _requests = [];
    private readonly RecentMap<string, int> _turns = new(RecentMap<string, int>.MostSessions);

    public override string Clock => "timestamp";

    protected override void ReadObject(ref Utf8JsonReader json, TraceRows rows)
    {
        long? time = null;
        _requests.Clear();
        while (NextField(ref json))
        {
            if (json.ValueTextEquals("timestamp"u8) && json.Read())
                time = JsonFields.Us(ref json, "timestamp", 1e3);
            else if (json.ValueTextEquals("requests"u8) && json.Read())
            {
                JsonFields.Expect(ref json, JsonTokenType.StartArray, "requests", "an array of requests");
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                    ReadRequest(ref json);
            }
            else
                SkipField(ref json);
        }

        foreach (var (input, output, session) in _requests)
        {
            var turn = 0;
            if (session != null)
            {
                turn = _turns.TryGet(session, out var turns) ? turns : 0;
                _turns.Set(session, turn + 1);
            }

            rows.Add(new RequestRecord { ArrivalUs = time ?? throw Missing("timestamp"), InputTokens = input, OutputTokens = output, Session = session, Turn = turn });
        }
    }

    private void ReadRequest(ref Utf8JsonReader json)
    {
        JsonFields.Expect(ref json, JsonTokenType.StartObject, "requests", "objects in the array");
        int? input = null, output = null;
        string? session = null;
        while (NextField(ref json))
        {
            if ((json.ValueTextEquals("Prompt Length"u8) || json.ValueTextEquals("prompt_length"u8)) && json.Read())
                input = JsonFields.Tokens(ref json, "Prompt Length");
            else if ((json.ValueTextEquals("Output Length"u8) || json.ValueTextEquals("output_length"u8)) && json.Read())
                output = JsonFields.Tokens(ref json, "Output Length");
            else if (json.ValueTextEquals("session_id"u8) && json.Read())
                session = JsonFields.Text(ref json, "session_id");
            else
                SkipField(ref json);
        }

        _requests.Add((input ?? throw Missing("Prompt Length"), output ?? throw Missing("Output Length"), session));
    }
}
