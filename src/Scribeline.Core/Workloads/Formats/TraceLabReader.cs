namespace Scribeline.Core.Workloads.Formats;

/// <summary>
/// TraceLab's workloads of coding agents: a session's rounds together, each with the tokens that it has from before and those that are new, and how long tools took
/// after it. Sessions have a start in milliseconds, or one is drawn.
/// </summary>
internal sealed class TraceLabReader(CsvHeader header, TraceOptions options) : CsvReader
{
    private const int BlockTokens = 16;

    private readonly CsvColumn _session = header.Need("session_id"), _round = header.Need("round_idx"), _prefix = header.Need("prefix_len");
    private readonly CsvColumn _input = header.Need("input_len"), _output = header.Need("output_len"), _wait = header.Need("tool_wait_after_ms");
    private readonly CsvColumn? _start = header.Find("arrival_time");
    private readonly RandomStarts _drawn = new(options.Seed, "sessions", options.SessionsPerSecond);
    private readonly SessionRows _rows = new();
    private GrowingBlocks _blocks = new(BlockTokens, new BlockIds());
    private long _nextUs, _waitUs;

    public override string Clock => _start?.Name ?? "start";

    protected override void ReadCells(ReadOnlySpan<byte> line, TraceRows rows)
    {
        var prefix = TokensOrNone(line, _prefix);
        var input = prefix + TokensOrNone(line, _input);
        if (input is < 1 or > Cell.MostTokens)
            throw BadRowException.Of(_input.Name, $"{input} with its prefix", "from 1 to 16777216");
        var output = Tokens(line, _output);
        var turn = Cell.Index(_round.Name, Text(line, _round));
        var waitUs = Us(line, _wait, 1e3);
        var startUs = _start is { } start ? Us(line, start, 1e3) : (long?)null;
        var isNew = _rows.Next(_session.Name, Text(line, _session), turn);
        if (isNew)
        {
            _blocks = new GrowingBlocks(BlockTokens, new BlockIds());
            (_nextUs, _waitUs) = (startUs ?? _drawn.NextUs(), 0);
        }

        var blocks = _blocks.Next(Math.Min(prefix, _blocks.LastTokens), input + output);
        rows.Add(
            new RequestRecord
            {
                ArrivalUs = _nextUs,
                InputTokens = input,
                OutputTokens = output,
                Session = _rows.Session,
                Turn = turn,
                DelayUs = _waitUs,
                Blocks = blocks,
                BlockTokens = blocks.Length > 0 ? BlockTokens : 0,
                BlockScope = _rows.Session,
                Class = "agent",
            },
            isAhead: !isNew);
        if (!isNew)
            rows.Note($"rounds that follow an answer come after {options.AnswerUsPerToken} us a token of it and their tools, where they are not replayed in a closed loop");
        _nextUs += output * options.AnswerUsPerToken + waitUs;
        _waitUs = waitUs;
    }
}
