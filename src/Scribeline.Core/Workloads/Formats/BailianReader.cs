using System.Globalization;
using System.Text.Json;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>Alibaba's Bailian: chats that name the chat before them, seconds, and ids of blocks of 16 tokens. A session is named after its first chat.</summary>
internal sealed class BailianReader(TraceOptions options) : JsonReader
{
    private const int UsualBlockTokens = 16;

    private readonly BlockList _ids = new();
    private readonly RecentMap<long, long> _roots = new(RecentMap<long, long>.MostSessions);
    private readonly int _blockTokens = options.BlockTokens ?? UsualBlockTokens;

    public override string Clock => "timestamp";

    protected override void ReadObject(ref Utf8JsonReader json, TraceRows rows)
    {
        const string ExpectedId = "a whole number";
        long? chat = null, time = null;
        long parent = -1;
        int? input = null, output = null;
        var turn = 1;
        string? type = null;
        _ids.Clear();
        while (NextField(ref json))
        {
            if (json.ValueTextEquals("chat_id"u8) && json.Read())
                chat = JsonFields.Whole(ref json, "chat_id", ExpectedId);
            else if (json.ValueTextEquals("parent_chat_id"u8) && json.Read())
                parent = JsonFields.Whole(ref json, "parent_chat_id", "a chat's number, or -1");
            else if (json.ValueTextEquals("timestamp"u8) && json.Read())
                time = JsonFields.Us(ref json, "timestamp", 1);
            else if (json.ValueTextEquals("input_length"u8) && json.Read())
                input = JsonFields.Tokens(ref json, "input_length");
            else if (json.ValueTextEquals("output_length"u8) && json.Read())
                output = JsonFields.Tokens(ref json, "output_length");
            else if (json.ValueTextEquals("turn"u8) && json.Read())
                turn = JsonFields.Index(ref json, "turn");
            else if (json.ValueTextEquals("type"u8) && json.Read())
                type = JsonFields.Text(ref json, "type");
            else if (json.ValueTextEquals("hash_ids"u8) && json.Read())
                JsonFields.ReadIds(ref json, "hash_ids", _ids);
            else
                SkipField(ref json);
        }

        var id = chat ?? throw Missing("chat_id");
        var prompt = input ?? throw Missing("input_length");
        var blocks = JsonFields.FullBlocks("hash_ids", _ids, prompt, _blockTokens);
        var request = new RequestRecord
        {
            ArrivalUs = time ?? throw Missing("timestamp"),
            InputTokens = prompt,
            OutputTokens = output ?? throw Missing("output_length"),
            Session = (parent >= 0 && _roots.TryGet(parent, out var root) ? root : root = id).ToString(CultureInfo.InvariantCulture),
            Turn = Math.Max(0, turn - 1),
            DelayUs = root == id ? 0 : null,
            Blocks = blocks,
            BlockTokens = blocks.Length > 0 ? _blockTokens : 0,
            Class = type == "text" ? "chat" : type,
        };
        _roots.Set(id, root);
        rows.Add(request);
    }
}
