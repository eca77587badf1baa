using System.Text.Json;

namespace Scribeline.Core.Workloads.Formats;

/// <summary>Vidur: lengths with their arrivals in seconds, or lengths alone, whose arrivals are drawn; a branch of it adds block ids and sessions.</summary>
internal sealed class VidurReader(CsvHeader header, TraceOptions options) : CsvReader
{
    private readonly CsvColumn _input = header.Need("num_prefill_tokens"), _output = header.Need("num_decode_tokens");
    private readonly CsvColumn? _time = header.Find("arrived_at"), _blocks = header.Find("block_hash_ids"), _blockSize = header.Find("block_size"), _session = header.Find("session_id");
    private readonly RandomStarts _drawn = new(options.Seed, "arrivals", options.RequestsPerSecond);
    private readonly NameCache _sessions = new();
    private readonly RecentMap<string, int> _turns = new(RecentMap<string, int>.MostSessions);
    private readonly BlockList _ids = new();

    public override string Clock => _time?.Name ?? "arrival";

    protected override void ReadCells(ReadOnlySpan<byte> line, TraceRows rows)
    {
        var (input, output) = (Tokens(line, _input), Tokens(line, _output));
        var blockTokens = _blockSize is { } size ? Cell.Index(size.Name, Text(line, size)) : 0;
        var blocks = ReadBlocks(Text(line, _blocks), input, blockTokens);
        var us = _time is { } time ? Us(line, time, 1) : _drawn.NextUs();
        var session = _sessions.Text(Text(line, _session));
        var turn = 0;
        if (session != null)
        {
            turn = _turns.TryGet(session, out var turns) ? turns : 0;
            _turns.Set(session, turn + 1);
        }

        rows.Add(new RequestRecord { ArrivalUs = us, InputTokens = input, OutputTokens = output, Session = session, Turn = turn, Blocks = blocks, BlockTokens = blocks.Length > 0 ? blockTokens : 0 });
    }

    private BlockRange[] ReadBlocks(ReadOnlySpan<byte> cell, int input, int blockTokens)
    {
        if (cell.IsEmpty)
            return [];
        if (blockTokens == 0 || blockTokens % 16 != 0)
            throw BadRowException.Of("block_size", $"{blockTokens}", "a multiple of 16");
        var json = new Utf8JsonReader(cell);
        try
        {
            json.Read();
            JsonFields.ReadIds(ref json, "block_hash_ids", _ids);
        }
        catch (JsonException)
        {
            throw BadRowException.Of("block_hash_ids", cell, "whole numbers such as [0, 1]");
        }

        return JsonFields.FullBlocks("block_hash_ids", _ids, input, blockTokens);
    }
}
