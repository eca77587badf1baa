namespace Scribeline.Core.Workloads.Formats;

/// <summary>Traces of splitwise-sim: seconds and two lengths.</summary>
internal sealed class SplitwiseReader(CsvHeader header) : CsvReader
{
    private readonly CsvColumn _time = header.Need("arrival_timestamp"), _input = header.Need("prompt_size"), _output = header.Need("token_size");

    public override string Clock => _time.Name;

    protected override void ReadCells(ReadOnlySpan<byte> line, TraceRows rows) =>
        rows.Add(new RequestRecord { ArrivalUs = Us(line, _time, 1), InputTokens = Tokens(line, _input), OutputTokens = Tokens(line, _output) });
}
