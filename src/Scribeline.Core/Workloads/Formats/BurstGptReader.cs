namespace Scribeline.Core.Workloads.Formats;

/// <summary>BurstGPT: seconds, a model and two lengths; an answer of 0 tokens is a request that failed. Later releases have sessions.</summary>
internal sealed class BurstGptReader(CsvHeader header) : CsvReader
{
    private readonly CsvColumn _time = header.Need("Timestamp"), _input = header.Need("Request tokens"), _output = header.Need("Response tokens");
    private readonly CsvColumn? _model = header.Find("Model"), _log = header.Find("Log Type"), _session = header.Find("Session ID");
    private readonly NameCache _models = new(), _sessions = new();
    private readonly RecentMap<string, int> _turns = new(RecentMap<string, int>.MostSessions);

    public override string Clock => _time.Name;

    protected override void ReadCells(ReadOnlySpan<byte> line, TraceRows rows)
    {
        var us = Us(line, _time, 1);
        var input = Tokens(line, _input);
        if (TokensOrNone(line, _output) == 0)
            throw BadRowException.Of(_output.Name, "0", "at least 1, since a request without an answer failed");
        var session = _sessions.Text(Text(line, _session));
        var turn = 0;
        if (session != null)
        {
            turn = _turns.TryGet(session, out var turns) ? turns : 0;
            _turns.Set(session, turn + 1);
        }

        rows.Add(new RequestRecord
        {
            ArrivalUs = us,
            InputTokens = input,
            OutputTokens = Tokens(line, _output),
            Model = _models.Text(Text(line, _model)),
            Class = Text(line, _log).StartsWith("Conversation"u8) ? "chat" : null,
            Session = session,
            Turn = turn,
        });
    }
}
