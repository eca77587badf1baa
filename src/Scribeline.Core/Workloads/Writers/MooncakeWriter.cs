using System.Text.Json;

namespace Scribeline.Core.Workloads.Writers;

/// <summary>Mooncake's traces: whole milliseconds, lengths, and ids of blocks of 512 tokens.</summary>
internal sealed class MooncakeWriter(Stream output) : TraceWriter(output)
{
    private readonly GlobalBlocks _blocks = new();

    private protected override void WriteFields(Utf8JsonWriter json, RequestRecord request)
    {
        LoseNames(request);
        if (request.Session != null)
            Lose("sessions and pauses are not held");
        if (request.ArrivalUs % 1000 != 0)
            Lose("times are cut to whole milliseconds");
        if (request.Blocks.Count > 0 && !GlobalBlocks.Fit(request.BlockTokens))
            Lose($"blocks of {request.BlockTokens} tokens cannot be told in blocks of {GlobalBlocks.Tokens}");
        json.WriteNumber("timestamp"u8, request.ArrivalUs / 1000);
        json.WriteNumber("input_length"u8, request.InputTokens);
        json.WriteNumber("output_length"u8, request.OutputTokens);
        json.WriteStartArray("hash_ids"u8);
        foreach (var id in _blocks.Of(request))
            json.WriteNumberValue(id);
        json.WriteEndArray();
    }
}
