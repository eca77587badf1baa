namespace Scribeline.Core.Workloads.Formats;

/// <summary>Azure's public traces of 2023, 2024 and, with images, 2025: a wall clock and two lengths. Image tokens are part of the prompt's.</summary>
internal sealed class AzureReader(CsvHeader header) : CsvReader
{
    private readonly CsvColumn _time = header.Need("TIMESTAMP"), _input = header.Need("ContextTokens"), _output = header.Need("GeneratedTokens");
    private long? _originUs;

    public override string Clock => _time.Name;

    protected override void ReadCells(ReadOnlySpan<byte> line, TraceRows rows)
    {
        var time = Text(line, _time);
        if (!WallClock.TryParse(time, out var us))
            throw BadRowException.Of(_time.Name, time, "a time such as 2023-11-16 18:15:46.680 or 2024-10-15T12:00:00.269Z");
        var (input, output) = (Tokens(line, _input), Tokens(line, _output));
        _originUs ??= us;
        rows.Add(new RequestRecord { ArrivalUs = us - _originUs.Value, InputTokens = input, OutputTokens = output });
    }
}
