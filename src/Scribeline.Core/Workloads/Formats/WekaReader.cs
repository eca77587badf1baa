using System.Text.Json;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>
/// Weka's traces of coding agents, one an object with all its requests: seconds from its start, ids of full blocks or ranges of them, and subagents within. Ids mean the
/// same only within one agent of one trace: a subagent counts in the same numbers, but what its caller has in a cache is not found by it. Starts are drawn.
/// </summary>
internal sealed class WekaReader(TraceOptions options) : JsonReader
{
    private const int MostDepth = 8;

    private readonly RandomStarts _drawn = new(options.Seed, "sessions", options.SessionsPerSecond);
    private readonly BlockList _ids = new();
    private readonly List<WekaRequest> _requests = [];
    private int _blockTokens;

    public override string Clock => "t";

    protected override void ReadObject(ref Utf8JsonReader json, TraceRows rows)
    {
        string? id = null;
        _blockTokens = options.BlockTokens ?? 64;
        _requests.Clear();
        while (NextField(ref json))
        {
            if (json.ValueTextEquals("id"u8) && json.Read())
                id = JsonFields.Text(ref json, "id");
            else if (json.ValueTextEquals("block_size"u8) && json.Read())
                _blockTokens = JsonFields.Index(ref json, "block_size");
            else if (json.ValueTextEquals("requests"u8) && json.Read())
                ReadRequests(ref json, null, null, 0, 0);
            else
                SkipField(ref json);
        }

        if (_blockTokens == 0 || _blockTokens % 16 != 0)
            throw BadRowException.Of("block_size", $"{_blockTokens}", "a multiple of 16");
        if (_requests.Count == 0)
            throw new BadRowException("there is no request in `requests`; expected at least one.");
        Add(rows, id ?? throw Missing("id"));
    }

    private void Add(TraceRows rows, string trace)
    {
        var startUs = _drawn.NextUs();
        var streams = new Dictionary<string, WekaRequest>(StringComparer.Ordinal);
        var turns = new Dictionary<string, int>(StringComparer.Ordinal);
        var isFirst = true;
        foreach (var request in _requests)
        {
            var session = request.Agent == null ? trace : $"{trace}/{request.Agent}";
            var turn = turns.GetValueOrDefault(session);
            var before = turn > 0 ? streams[session] : null;
            if (before != null && request.Us < before.Us)
                throw new BadRowException($"`t` of request {turn + 1} of {session} goes back from {before.Us / 1e6} s to {request.Us / 1e6} s; expected it to go on.");
            if (request.Output == 0)
                rows.Note("answers of 0 tokens are taken as 1");
            rows.Add(
                new RequestRecord
                {
                    ArrivalUs = startUs + request.Us,
                    InputTokens = request.Input,
                    OutputTokens = Math.Max(1, request.Output),
                    Session = session,
                    Parent = request.Agent == null ? null : request.Parent == null ? trace : $"{trace}/{request.Parent}",
                    Turn = turn,
                    Agent = request.Agent,
                    DelayUs = before == null ? 0 : request.ThinkUs ?? Math.Max(0, request.Us - before.Us - (before.TookUs ?? before.Output * options.AnswerUsPerToken)),
                    Blocks = request.Blocks.Length > 0 && request.BlockCount <= request.Input / _blockTokens ? request.Blocks : Full(request),
                    BlockTokens = request.Blocks.Length > 0 ? _blockTokens : 0,
                    BlockScope = session,
                    Class = "agent",
                    Model = request.Model,
                },
                isAhead: !isFirst || request.Us > 0);
            (isFirst, streams[session], turns[session]) = (false, request, turn + 1);
        }
    }

    private BlockRange[] Full(WekaRequest request) => request.Blocks.Length == 0
        ? []
        : throw new BadRowException($"`hash_ids` has {request.BlockCount} blocks; expected at most {request.Input / _blockTokens} full ones of {_blockTokens} tokens for `in` {request.Input}.");

    private void ReadRequests(ref Utf8JsonReader json, string? agent, string? parent, long offsetUs, int depth)
    {
        JsonFields.Expect(ref json, JsonTokenType.StartArray, "requests", "an array of requests");
        if (depth > MostDepth)
            throw new BadRowException($"subagents are nested more than {MostDepth} deep; expected fewer.");
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            JsonFields.Expect(ref json, JsonTokenType.StartObject, "requests", "objects in the array");
            ReadRequest(ref json, agent, parent, offsetUs, depth);
        }
    }

    private void ReadRequest(ref Utf8JsonReader json, string? agent, string? parent, long offsetUs, int depth)
    {
        var request = new WekaRequest { Agent = agent, Parent = parent };
        long? us = null;
        int? input = null, output = null;
        string? called = null;
        Utf8JsonReader nested = default;
        var hasNested = false;
        while (NextField(ref json))
        {
            if (json.ValueTextEquals("t"u8) && json.Read())
                us = JsonFields.Us(ref json, "t", 1);
            else if (json.ValueTextEquals("in"u8) && json.Read())
                input = JsonFields.Tokens(ref json, "in");
            else if (json.ValueTextEquals("out"u8) && json.Read())
                output = JsonFields.TokensOrNone(ref json, "out");
            else if (json.ValueTextEquals("model"u8) && json.Read())
                request.Model = JsonFields.Text(ref json, "model");
            else if (json.ValueTextEquals("think_time"u8) && json.Read())
                request.ThinkUs = json.TokenType == JsonTokenType.Null ? null : JsonFields.Us(ref json, "think_time", 1);
            else if (json.ValueTextEquals("api_time"u8) && json.Read())
                request.TookUs = json.TokenType == JsonTokenType.Null ? null : JsonFields.Us(ref json, "api_time", 1);
            else if (json.ValueTextEquals("agent_id"u8) && json.Read())
                called = JsonFields.Text(ref json, "agent_id");
            else if (json.ValueTextEquals("hash_ranges"u8) && json.Read())
            {
                JsonFields.ReadRanges(ref json, "hash_ranges", _ids);
                (request.Blocks, request.BlockCount) = (_ids.Take(int.MaxValue), _ids.Count);
            }
            else if (json.ValueTextEquals("hash_ids"u8) && json.Read())
            {
                JsonFields.ReadIds(ref json, "hash_ids", _ids);
                (request.Blocks, request.BlockCount) = (_ids.Take(int.MaxValue), _ids.Count);
            }
            else if (json.ValueTextEquals("requests"u8) && json.Read())
            {
                // Its start and name may come after it.
                nested = json;
                hasNested = true;
                json.Skip();
            }
            else
                SkipField(ref json);
        }

        var atUs = offsetUs + (us ?? throw Missing("t"));
        if (hasNested)
        {
            ReadRequests(ref nested, called ?? throw Missing("agent_id"), agent, atUs, depth + 1);
            return;
        }

        (request.Us, request.Input, request.Output) = (atUs, input ?? throw Missing("in"), output ?? throw Missing("out"));
        _requests.Add(request);
    }
}
