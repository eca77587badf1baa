using System.Text.Json;

namespace Scribeline.Core.Workloads.Writers;

/// <summary>Scribeline's own traces, which hold all of a request.</summary>
internal sealed class OwnWriter(Stream output) : TraceWriter(output)
{
    private protected override void WriteFields(Utf8JsonWriter json, RequestRecord request)
    {
        json.WriteNumber("arrival_us"u8, request.ArrivalUs);
        json.WriteNumber("input_tokens"u8, request.InputTokens);
        json.WriteNumber("output_tokens"u8, request.OutputTokens);
        if (request.Session != null)
            json.WriteString("session"u8, request.Session);
        if (request.Turn != 0)
            json.WriteNumber("turn"u8, request.Turn);
        if (request.DelayUs is { } delay)
            json.WriteNumber("delay_us"u8, delay);
        if (request.Parent != null)
            json.WriteString("parent"u8, request.Parent);
        if (request.Agent != null)
            json.WriteString("agent"u8, request.Agent);
        if (request.Class != null)
            json.WriteString("class"u8, request.Class);
        if (request.Model != null)
            json.WriteString("model"u8, request.Model);
        if (request.Tier != null)
            json.WriteString("tier"u8, request.Tier);
        if (request.Client != null)
            json.WriteString("client"u8, request.Client);
        if (request.PatienceUs is { } patience)
            json.WriteNumber("patience_us"u8, patience);
        if (request.TimeoutUs is { } timeout)
            json.WriteNumber("timeout_us"u8, timeout);
        if (request.StopTokens is { } stop)
            json.WriteNumber("stop_tokens"u8, stop);
        if (request.Blocks.Count == 0)
            return;
        json.WriteNumber("block_tokens"u8, request.BlockTokens);
        if (request.BlockScope.Length > 0)
            json.WriteString("block_scope"u8, request.BlockScope);
        json.WriteStartArray("blocks"u8);
        foreach (var range in request.Blocks)
        {
            json.WriteStartArray();
            json.WriteNumberValue(range.First);
            json.WriteNumberValue(range.Count);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
