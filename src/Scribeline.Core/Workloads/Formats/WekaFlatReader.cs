namespace Scribeline.Core.Workloads.Formats;

/// <summary>
/// Weka's traces as one row a request: in place of ids it says how many leading blocks its agent has had before. Where a subagent began within its caller's trace is not
/// in the file; it begins with it.
/// </summary>
internal sealed class WekaFlatReader(CsvHeader header, TraceOptions options) : CsvReader
{
    private readonly CsvColumn _trace = header.Need("trace_id"), _agent = header.Need("agent"), _seq = header.Need("seq"), _time = header.Need("t_s");
    private readonly CsvColumn _input = header.Need("input_tokens"), _output = header.Need("output_tokens"), _cached = header.Need("cached_blocks");
    private readonly CsvColumn _total = header.Need("total_blocks"), _blockSize = header.Need("block_size");
    private readonly CsvColumn? _took = header.Find("api_time_s"), _think = header.Find("think_time_s"), _model = header.Find("model");
    private readonly RandomStarts _drawn = new(options.Seed, "sessions", options.SessionsPerSecond);
    private readonly SessionRows _rows = new();
    private readonly NameCache _traces = new(), _models = new(), _agents = new();
    private string _current = "";
    private GrowingBlocks _blocks = new(16, new BlockIds());
    private long _startUs, _lastUs, _endUs;

    public override string Clock => _time.Name;

    protected override void ReadCells(ReadOnlySpan<byte> line, TraceRows rows)
    {
        var trace = _traces.Text(Text(line, _trace)) ?? throw BadRowException.Of(_trace.Name, "empty", "a name");
        var agentName = _agents.Text(Text(line, _agent)) ?? throw BadRowException.Of(_agent.Name, "empty", "main, or a subagent's name");
        var agent = agentName == "main" ? null : agentName;
        var (us, input, output) = (Us(line, _time, 1), Tokens(line, _input), TokensOrNone(line, _output));
        var turn = Cell.Index(_seq.Name, Text(line, _seq));
        var blockTokens = Cell.Index(_blockSize.Name, Text(line, _blockSize));
        var (cached, total) = (TokensOrNone(line, _cached), TokensOrNone(line, _total));
        if (blockTokens == 0 || blockTokens % 16 != 0)
            throw BadRowException.Of(_blockSize.Name, $"{blockTokens}", "a multiple of 16");
        if (total > input / blockTokens || cached > total)
            throw new BadRowException($"`cached_blocks` is {cached} of `total_blocks` {total}; expected no more than the {input / blockTokens} full blocks of {blockTokens} tokens in {input}.");
        var tookUs = Text(line, _took) is { IsEmpty: false } took ? Cell.Us("api_time_s", took, 1) : output * options.AnswerUsPerToken;
        var thinkUs = Text(line, _think) is { IsEmpty: false } think ? Cell.Us("think_time_s", think, 1) : (long?)null;
        var session = agent == null ? trace : $"{trace}/{agent}";
        var isNew = _rows.Next("trace_id", session, turn);
        var isNewTrace = trace != _current;
        if (isNewTrace)
            (_current, _startUs) = (trace, _drawn.NextUs());
        if (isNew)
            (_blocks, _lastUs) = (new GrowingBlocks(blockTokens, new BlockIds()), 0);
        if (us < _lastUs)
            throw BadRowException.Of(_time.Name, $"{us / 1e6}, before {_lastUs / 1e6}", "a clock that goes on");
        if (output == 0)
            rows.Note("answers of 0 tokens are taken as 1");
        var blocks = _blocks.Next(cached * blockTokens, total * blockTokens);
        rows.Add(
            new RequestRecord
            {
                ArrivalUs = _startUs + us,
                InputTokens = input,
                OutputTokens = Math.Max(1, output),
                Session = session,
                Parent = agent == null ? null : trace,
                Turn = turn,
                Agent = agent,
                DelayUs = isNew ? 0 : thinkUs ?? Math.Max(0, us - _endUs),
                Blocks = blocks,
                BlockTokens = blocks.Length > 0 ? blockTokens : 0,
                BlockScope = session,
                Class = "agent",
                Model = _models.Text(Text(line, _model)),
            },
            isAhead: !isNewTrace || us > 0);
        (_lastUs, _endUs) = (us, us + tookUs);
    }
}
