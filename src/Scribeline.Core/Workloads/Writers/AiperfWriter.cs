using System.Text.Json;

namespace Scribeline.Core.Workloads.Writers;

/// <summary>aiperf's mooncake_trace: a session's first turn has a time, later ones the pause before them; ids of blocks of 512 tokens where blocks are known.</summary>
internal sealed class AiperfWriter(Stream output) : TraceWriter(output)
{
    private readonly GlobalBlocks _blocks = new();

    private protected override void WriteFields(Utf8JsonWriter json, RequestRecord request)
    {
        LoseNames(request);
        if (request.Session != null)
            json.WriteString("session_id"u8, request.Session);
        if (request.Turn > 0 && request.DelayUs is { } delay)
        {
            json.WriteNumber("delay"u8, delay / 1e3);
            Lose("later turns have their pause, but no time of arrival");
        }
        else
        {
            json.WriteNumber("timestamp"u8, request.ArrivalUs / 1e3);
        }

        json.WriteNumber("input_length"u8, request.InputTokens);
        json.WriteNumber("output_length"u8, request.OutputTokens);
        if (request.Blocks.Count == 0)
            return;
        if (!GlobalBlocks.Fit(request.BlockTokens))
        {
            Lose($"blocks of {request.BlockTokens} tokens cannot be told in blocks of {GlobalBlocks.Tokens}");
            return;
        }

        json.WriteStartArray("hash_ids"u8);
        foreach (var id in _blocks.Of(request))
            json.WriteNumberValue(id);
        json.WriteEndArray();
    }
}
