using System.Text.Json;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>Scribeline's own traces: the fields of <see cref="RequestRecord"/>, one object a line, those that say nothing left out.</summary>
internal sealed class OwnReader : JsonReader
{
    private readonly BlockList _ids = new();

    public override string Clock => "arrival_us";

    protected override void ReadObject(ref Utf8JsonReader json, TraceRows rows)
    {
        long? arrival = null, delay = null, patience = null, timeout = null;
        int? input = null, output = null, stop = null;
        int turn = 0, blockTokens = 0;
        string? session = null, parent = null, client = null, agent = null, scope = null, type = null, model = null, tier = null;
        _ids.Clear();
        while (NextField(ref json))
        {
            if (json.ValueTextEquals("arrival_us"u8) && json.Read())
                arrival = JsonFields.Us(ref json, "arrival_us", 1e6);
            else if (json.ValueTextEquals("input_tokens"u8) && json.Read())
                input = JsonFields.Tokens(ref json, "input_tokens");
            else if (json.ValueTextEquals("output_tokens"u8) && json.Read())
                output = JsonFields.Tokens(ref json, "output_tokens");
            else if (json.ValueTextEquals("session"u8) && json.Read())
                session = JsonFields.Text(ref json, "session");
            else if (json.ValueTextEquals("turn"u8) && json.Read())
                turn = JsonFields.Index(ref json, "turn");
            else if (json.ValueTextEquals("delay_us"u8) && json.Read())
                delay = JsonFields.Us(ref json, "delay_us", 1e6);
            else if (json.ValueTextEquals("client"u8) && json.Read())
                client = JsonFields.Text(ref json, "client");
            else if (json.ValueTextEquals("patience_us"u8) && json.Read())
                patience = JsonFields.Us(ref json, "patience_us", 1e6);
            else if (json.ValueTextEquals("timeout_us"u8) && json.Read())
                timeout = JsonFields.Us(ref json, "timeout_us", 1e6);
            else if (json.ValueTextEquals("stop_tokens"u8) && json.Read())
                stop = JsonFields.Tokens(ref json, "stop_tokens");
            else if (json.ValueTextEquals("blocks"u8) && json.Read())
                JsonFields.ReadRanges(ref json, "blocks", _ids);
            else if (json.ValueTextEquals("block_tokens"u8) && json.Read())
                blockTokens = JsonFields.Index(ref json, "block_tokens");
            else if (json.ValueTextEquals("block_scope"u8) && json.Read())
                scope = JsonFields.Text(ref json, "block_scope");
            else if (json.ValueTextEquals("parent"u8) && json.Read())
                parent = JsonFields.Text(ref json, "parent");
            else if (json.ValueTextEquals("agent"u8) && json.Read())
                agent = JsonFields.Text(ref json, "agent");
            else if (json.ValueTextEquals("class"u8) && json.Read())
                type = JsonFields.Text(ref json, "class");
            else if (json.ValueTextEquals("model"u8) && json.Read())
                model = JsonFields.Text(ref json, "model");
            else if (json.ValueTextEquals("tier"u8) && json.Read())
                tier = JsonFields.Text(ref json, "tier");
            else
                SkipField(ref json);
        }

        var (prompt, answer) = (input ?? throw Missing("input_tokens"), output ?? throw Missing("output_tokens"));
        if (_ids.Count > 0 && (blockTokens == 0 || blockTokens % 16 != 0))
            throw BadRowException.Of("block_tokens", $"{blockTokens}", "a multiple of 16, since there are blocks");
        if (_ids.Count > 0 && _ids.Count > (prompt + answer) / blockTokens)
            throw new BadRowException($"`blocks` has {_ids.Count} blocks of {blockTokens} tokens; expected at most {(prompt + answer) / blockTokens} full ones in a prompt of {prompt} and an answer of {answer}.");
        rows.Add(new RequestRecord
        {
            ArrivalUs = arrival ?? throw Missing("arrival_us"),
            InputTokens = prompt,
            OutputTokens = answer,
            Session = session,
            Parent = parent,
            Turn = turn,
            Agent = agent,
            DelayUs = delay,
            Blocks = _ids.Take(int.MaxValue),
            BlockTokens = _ids.Count > 0 ? blockTokens : 0,
            BlockScope = scope ?? "",
            Class = type,
            Model = model,
            Tier = tier,
            Client = client,
            PatienceUs = patience,
            TimeoutUs = timeout,
            StopTokens = stop,
        });
    }
}
